"""Every Python process of a tortured daemon begins here, since this folder stands first on its PYTHONPATH."""

from tests.torture.snare import lay

lay()
