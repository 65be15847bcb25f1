"""Takes from a page what is no print, and gives print its blackness."""
