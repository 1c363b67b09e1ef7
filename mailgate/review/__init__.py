"""An operator looks at mail that waits, and decides."""
