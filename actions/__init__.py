"""What runs inside the action server: one module a capability."""
