"""The door to RabbitMQ. Raises `SessionLost` and nothing of its drivers."""
