"""What can be wrong with a flow or a protocol, in words that name the place and the mend."""


class FlowError(Exception):
    """A flow, protocol or reply file that cannot be used, or a flow that misbehaves at run time."""


class UnknownFlow(FlowError):
    """A flow, or a version of one, that nobody has."""
