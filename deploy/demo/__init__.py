"""The demo, which is the journey test too: a school's way to its recognition, through public interfaces only."""
