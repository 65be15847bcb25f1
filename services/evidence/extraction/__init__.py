"""The extraction child: the only code that knows Pillow, pikepdf, pypdfium2, NumPy and pytesseract.

Runs as ``python -m services.evidence.extraction`` in a process group of its own, without monkey-patching, under limits
of time, memory and pixels: what is read may be hostile. It gets paths, writes files, and prints one JSON line a page. The
service imports nothing of it but `protocol`.
"""
