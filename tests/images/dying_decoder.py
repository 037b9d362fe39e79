"""A decoder that ends as the announced media type says, to see what becomes of that."""

import os
import sys

from shared.images import decoder


def main() -> None:
    """Do as told by `x/<what>`."""
    content, told = sys.stdin.buffer.read(), sys.argv[1].partition("/")[2]
    match told:
        case "spin":
            decoder.SECONDS = 1
            decoder.limit()
            while True:
                pass
        case "flood":
            decoder.limit()
            sys.stdout.write(str(len(bytearray(decoder.MEMORY))))
        case "babble":
            sys.stdout.write(f"I have seen {len(content)} bytes")
        case "sleep":
            sys.stderr.write("asleep")
            os.read(os.pipe()[0], 1)
        case "environment":
            sys.stderr.write(str(sorted(os.environ)))
            sys.exit(3)
        case _:
            os.kill(os.getpid(), int(told))


if __name__ == "__main__":
    main()
