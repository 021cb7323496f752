"""Camera raw files (CR2, CR3, NEF, ARW, DNG …), read as the JPEG that the camera put into them.

Standard library alone, so that the client library can find that JPEG without what the server needs.
"""
