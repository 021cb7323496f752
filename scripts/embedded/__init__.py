"""The embedded stack: real Postgres, RabbitMQ and S3 as child processes, and Birds on top of them."""
