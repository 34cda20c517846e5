# SPDX-License-Identifier: Apache-2.0
"""A terminal for what a program writes to one alone."""

import os
import pty


def on_terminal(call):
    """(what `call`, given a terminal to write a few lines to, returns; what the terminal got)"""
    ours, theirs = pty.openpty()
    result = call(theirs)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 4096):
            text += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return result, text.decode()
