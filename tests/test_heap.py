"""Memory that large mails took is given back."""

import subprocess
import sys

# The first block teaches glibc to take the next ones from its heap; every second of those is then freed.
LARGE_MAILS = """
from pathlib import Path
from mailgate.heap import return_large_blocks

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

return_large_blocks()
del [bytearray(b"x") * 30_000_000][:]
blocks = [bytearray(b"x") * 8_000_000 for _ in range(20)]
held = megabytes()
del blocks[::2]
print(held - megabytes())
"""


def test_memory_of_large_mails_is_given_back_although_others_remain() -> None:
    command = [sys.executable, "-c", LARGE_MAILS]
    freed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  our own words
    assert int(freed) >= 70
