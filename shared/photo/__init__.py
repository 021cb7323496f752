"""Reading photos with Pillow alone: what they are, when and where they were taken, and their pixels."""
