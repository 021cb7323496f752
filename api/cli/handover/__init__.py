"""Answers on their way to where people's work goes on, and other tools' answers on their way in."""
