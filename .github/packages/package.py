#!/usr/bin/env python3
"""Packs a built backout: an archive for the release, a wheel for PyPI, packages for npm.

    package.py archive BINARY --target x86_64-unknown-linux-gnu --out dist
    package.py wheel   BINARY --platform manylinux_2_35_x86_64 --out dist
    package.py npm     --binary linux-x64=BINARY ... --out npm
    package.py sums    dist
    package.py glibc   BINARY

The version, the summary and the licence are those of Cargo.toml. The same input gives the same bytes.
Needs Python 3.11 and nothing else.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import pathlib
import re
import shutil
import sys
import tarfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARGO = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
PAPERS = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"]

# No archive format stores an earlier moment than this one.
MOMENT = (1980, 1, 1, 0, 0, 0)

# What npm calls the platforms: (os, cpu).
NPM = {
    "linux-x64": ("linux", "x64"),
    "linux-arm64": ("linux", "arm64"),
    "darwin-x64": ("darwin", "x64"),
    "darwin-arm64": ("darwin", "arm64"),
    "win32-x64": ("win32", "x64"),
}


def program(binary: pathlib.Path) -> str:
    """The name under which the program is packed."""
    return "backout.exe" if binary.suffix == ".exe" else "backout"


def archive(binary: pathlib.Path, target: str, out: pathlib.Path) -> pathlib.Path:
    """`backout-VERSION-TARGET.tar.gz`: the program at the top, with its papers."""
    path = out / f"backout-{CARGO['version']}-{target}.tar.gz"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        files = [(program(binary), binary, 0o755)]
        files += [(name, ROOT / name, 0o644) for name in PAPERS]
        for name, source, mode in files:
            content = source.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    # Without a name and a moment in its head.
    path.write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    return path


def metadata() -> str:
    """The wheel's METADATA, core metadata version 2.4."""
    head = [
        "Metadata-Version: 2.4",
        f"Name: {CARGO['name']}",
        f"Version: {CARGO['version']}",
        f"Summary: {CARGO['description']}",
        f"License-Expression: {CARGO['license']}",
        "License-File: LICENSE-APACHE",
        "License-File: LICENSE-MIT",
        f"Project-URL: Source, {CARGO['repository']}",
        f"Keywords: {','.join(CARGO['keywords'])}",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
    ]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return "\n".join(head) + "\n\n" + readme


def wheel(binary: pathlib.Path, platform: str, out: pathlib.Path) -> pathlib.Path:
    """A wheel that puts the program among the scripts of the environment, and holds no Python."""
    if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", platform):
        sys.exit(f"package.py: {platform!r} is no platform tag such as manylinux_2_35_x86_64")
    stem = f"backout-{CARGO['version']}"
    info = f"{stem}.dist-info"
    papers = [(f"{info}/licenses/{name}", (ROOT / name).read_bytes(), 0o644) for name in PAPERS[:2]]
    about = f"Wheel-Version: 1.0\nGenerator: backout\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n"
    files = [
        (f"{stem}.data/scripts/{program(binary)}", binary.read_bytes(), 0o755),
        (f"{info}/METADATA", metadata().encode(), 0o644),
        (f"{info}/WHEEL", about.encode(), 0o644),
        *papers,
    ]
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}\n"
        for name, content, _ in files
    )
    files.append((f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode(), 0o644))
    path = out / f"{stem}-py3-none-{platform}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return path


def write_json(path: pathlib.Path, value: dict) -> None:
    """A file as npm writes it."""
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def described(name: str, what: str) -> dict:
    """What every package of ours says of itself."""
    return {
        "name": name,
        "version": CARGO["version"],
        "description": what,
        "license": CARGO["license"].replace("MIT OR Apache-2.0", "(MIT OR Apache-2.0)"),
        "repository": {"type": "git", "url": f"git+{CARGO['repository']}.git"},
    }


def npm(binaries: dict[str, pathlib.Path], out: pathlib.Path) -> list[pathlib.Path]:
    """One package for each platform, and `backout`, which brings the one that fits. None of them
    runs anything when it is installed."""
    folders = []
    for platform, binary in sorted(binaries.items()):
        system, cpu = NPM[platform]
        folder = out / platform
        folder.mkdir(parents=True)
        shutil.copyfile(binary, folder / program(binary))
        (folder / program(binary)).chmod(0o755)
        package = described(f"@backout/{platform}", f"backout for {platform}")
        package |= {"os": [system], "cpu": [cpu], "files": [program(binary), *PAPERS]}
        write_json(folder / "package.json", package)
        folders.append(folder)
    main = out / "backout"
    (main / "bin").mkdir(parents=True)
    shutil.copyfile(ROOT / ".github/packages/backout.js", main / "bin/backout.js")
    package = described("backout", CARGO["description"])
    package |= {
        "bin": {"backout": "bin/backout.js"},
        "files": ["bin", *PAPERS],
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"@backout/{name}": CARGO["version"] for name in sorted(binaries)},
    }
    write_json(main / "package.json", package)
    folders.append(main)
    for folder in folders:
        for name in PAPERS:
            shutil.copyfile(ROOT / name, folder / name)
    return folders


def sums(folder: pathlib.Path) -> pathlib.Path:
    """SHA256SUMS of all that lies there, as `sha256sum --check` reads it."""
    path = folder / "SHA256SUMS"
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != path)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    path.write_text("".join(lines), encoding="ascii")
    return path


def glibc(binary: pathlib.Path) -> str:
    """The oldest glibc that the program runs with, as a part of a platform tag: `2_35`."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)", binary.read_bytes())
    if not found:
        sys.exit(f"package.py: {binary} asks for no glibc")
    return "_".join(str(part) for part in max((int(a), int(b)) for a, b in found))


def pair(text: str) -> tuple[str, pathlib.Path]:
    """`linux-x64=path`."""
    name, _, path = text.partition("=")
    if name not in NPM or not pathlib.Path(path).is_file():
        raise argparse.ArgumentTypeError(f"expected PLATFORM=BINARY with one of {', '.join(NPM)}")
    return name, pathlib.Path(path)


def main() -> None:
    """Reads the command line, does what it says, and prints what was made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, option in [("archive", "--target"), ("wheel", "--platform")]:
        command = commands.add_parser(name)
        command.add_argument("binary", type=pathlib.Path)
        command.add_argument(option, dest="named", required=True)
        command.add_argument("--out", type=pathlib.Path, required=True)
    command = commands.add_parser("npm")
    command.add_argument("--binary", type=pair, action="append", required=True)
    command.add_argument("--out", type=pathlib.Path, required=True)
    commands.add_parser("sums").add_argument("folder", type=pathlib.Path)
    commands.add_parser("glibc").add_argument("binary", type=pathlib.Path)
    asked = parser.parse_args()
    if "out" in asked:
        asked.out.mkdir(parents=True, exist_ok=True)
    match asked.command:
        case "archive":
            print(archive(asked.binary, asked.named, asked.out))
        case "wheel":
            print(wheel(asked.binary, asked.named, asked.out))
        case "npm":
            print(*npm(dict(asked.binary), asked.out), sep="\n")
        case "sums":
            print(sums(asked.folder))
        case "glibc":
            print(glibc(asked.binary))


if __name__ == "__main__":
    main()
