"""Where and when a photo was really taken: by what its camera recorded, and what a person said of its batch.

Pure: no server is asked, nothing is stored. What was recorded stays as it is, what follows stands beside it.
"""
