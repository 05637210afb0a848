"""Writes an XCFramework with one universal static library: write_xcframework.py FRAMEWORK HEADERS ARM64 X86_64.

HEADERS is the folder with the C module's header and module map; its name is the module's. On a Mac lipo and xcodebuild
do this; both formats are small and documented.
"""

import pathlib
import plistlib
import shutil
import struct
import sys

SLICE = "macos-arm64_x86_64"
CPU_TYPES = {"arm64": (0x0100000C, 0), "x86_64": (0x01000007, 3)}
# Each architecture starts on a boundary of 2^14 bytes, the page size of Apple's processors.
ALIGNMENT = 14


def universal(archives: dict[str, bytes]) -> bytes:
    """The archives behind a table that says where each one is: Mach-O's universal format, big-endian."""
    table = [struct.pack(">II", 0xCAFEBABE, len(archives))]
    body = bytearray()
    page = 1 << ALIGNMENT
    for architecture, archive in archives.items():
        if not archive.startswith(b"!<arch>\n"):
            raise SystemExit(f"The library for {architecture} is not a static library.")
        body += b"\0" * (-len(body) % page)
        table.append(struct.pack(">IIIII", *CPU_TYPES[architecture], page + len(body), len(archive), ALIGNMENT))
        body += archive
    return b"".join(table).ljust(page, b"\0") + bytes(body)


def write(framework: pathlib.Path, headers: pathlib.Path, archives: dict[str, bytes], name: str) -> None:
    """Replaces the framework."""
    shutil.rmtree(framework, ignore_errors=True)
    shutil.copytree(headers, framework / SLICE / "Headers" / headers.name)
    (framework / SLICE / name).write_bytes(universal(archives))
    library = {
        "BinaryPath": name,
        "HeadersPath": "Headers",
        "LibraryIdentifier": SLICE,
        "LibraryPath": name,
        "SupportedArchitectures": list(archives),
        "SupportedPlatform": "macos",
    }
    contents = {"AvailableLibraries": [library], "CFBundlePackageType": "XFWK", "XCFrameworkFormatVersion": "1.0"}
    (framework / "Info.plist").write_bytes(plistlib.dumps(contents))


def main() -> None:
    framework, headers, arm64, x86_64 = map(pathlib.Path, sys.argv[1:])
    write(framework, headers, {"arm64": arm64.read_bytes(), "x86_64": x86_64.read_bytes()}, arm64.name)


if __name__ == "__main__":
    main()
