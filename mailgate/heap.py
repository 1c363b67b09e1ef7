"""How the process gives memory back."""

import ctypes

# <malloc.h>
_M_MMAP_THRESHOLD = -3
_LARGE = 1024 * 1024


def return_large_blocks() -> None:
    """Make the C library give each large block back to the system when it is freed. To be called once, at the start.

    glibc stops doing so by itself: after the first freed block of 25 MB it takes all up to that size from its heap,
    where mails of different sizes leave holes. Ten mails of 25 MB at once, stored in SQLite, then take 550 MB instead
    of 320. Where the C library is another one, nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
