"""Postgres, RabbitMQ and S3, each as a service of child processes."""
