"""The first journey, played from outside through public interfaces only: the demo, and the journey test."""
