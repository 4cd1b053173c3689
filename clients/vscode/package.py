#!/usr/bin/env python3
"""Builds the extension's .vsix, without Node: python3 package.py OUTPUT.vsix [--binary AKIN --target linux-x64 [--licences FOLDER]]

With --binary the package is for one platform and brings that program along, so that nothing else has to be installed, and with
--licences the licences of all that is linked into it.
What the marketplace refuses is refused here, with what is wrong.
"""

import argparse
import json
import re
import struct
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

ROOT = Path(__file__).resolve().parent
# What runs; tests and this script stay behind.
FILES = ["package.json", "extension.js", "lib/*.js", "media/*"]
TARGETS = ["linux-x64", "linux-arm64", "alpine-x64", "alpine-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"]
CATEGORIES = [
    "AI", "Azure", "Chat", "Data Science", "Debuggers", "Education", "Extension Packs", "Formatters", "Keymaps", "Language Packs",
    "Linters", "Machine Learning", "Notebooks", "Other", "Programming Languages", "SCM Providers", "Snippets", "Testing", "Themes",
    "Visualization",
]
CONTENT_TYPES = {
    ".css": "text/css", ".js": "application/javascript", ".json": "application/json", ".md": "text/markdown", ".png": "image/png",
    ".svg": "image/svg+xml", ".txt": "text/plain", ".vsixmanifest": "text/xml",
}
ICON_SIZE = 128


def icon_size(path):
    """Width and height of a PNG; None of another file."""
    head = path.read_bytes()[:24]
    return struct.unpack(">II", head[16:24]) if head[:8] == b"\x89PNG\r\n\x1a\n" else None


def problems(manifest, readme):
    """What the marketplace would refuse."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", manifest.get("name", "")):
        yield "package.json: name: expected lower-case letters, digits and hyphens"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", manifest.get("publisher", "")):
        yield "package.json: publisher: expected letters, digits and hyphens"
    if not re.fullmatch(r"\d+\.\d+\.\d+", manifest.get("version", "")):
        yield "package.json: version: expected three numbers"
    for name in ["displayName", "description", "license", "repository", "icon", "categories"]:
        if not manifest.get(name):
            yield f"package.json: {name} is missing"
    if not re.fullmatch(r"\^\d+\.\d+\.\d+", manifest.get("engines", {}).get("vscode", "")):
        yield "package.json: engines.vscode: expected ^ and three numbers"
    yield from (f"package.json: categories: {name} is none" for name in manifest.get("categories", []) if name not in CATEGORIES)
    if len(manifest.get("keywords", [])) > 30:
        yield "package.json: keywords: more than 30"
    if set(manifest.get("extensionKind", [])) - {"ui", "workspace"}:
        yield "package.json: extensionKind: expected ui or workspace"
    if not (ROOT / manifest.get("main", "")).is_file():
        yield "package.json: main: no such file"
    size = icon_size(ROOT / manifest["icon"]) if (ROOT / manifest.get("icon", "")).is_file() else None
    if size is None or min(size) < ICON_SIZE:
        yield f"package.json: icon: expected a PNG of at least {ICON_SIZE} by {ICON_SIZE}"
    for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)", readme):
        if not target.startswith("https://") or target.endswith(".svg"):
            yield f"README.md: the image {target}: expected an https address, and no SVG"


def vsix_manifest(manifest, target):
    def attribute(name, value):
        return f'<Property Id="Microsoft.VisualStudio.{name}" Value={quoteattr(value)} />'

    platform = f" TargetPlatform={quoteattr(target)}" if target else ""
    properties = [
        attribute("Code.Engine", manifest["engines"]["vscode"]),
        attribute("Code.ExtensionDependencies", ""),
        attribute("Code.ExtensionPack", ""),
        attribute("Code.ExtensionKind", ",".join(manifest["extensionKind"])),
        attribute("Code.LocalizedLanguages", ""),
        attribute("Services.Links.Source", manifest["repository"]["url"]),
        attribute("Services.GitHubFlavoredMarkdown", "true"),
        attribute("Services.Content.Pricing", "Free"),
    ]
    assets = [
        ("Code.Manifest", "extension/package.json"), ("Services.Content.Details", "extension/readme.md"),
        ("Services.Content.License", "extension/LICENSE.txt"), ("Services.Icons.Default", f"extension/{manifest['icon']}"),
    ]
    lines = "".join(
        f'    <Asset Type="Microsoft.VisualStudio.{kind}" Path={quoteattr(path)} Addressable="true" />\n' for kind, path in assets)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id={quoteattr(manifest["name"])} Version={quoteattr(manifest["version"])} Publisher={quoteattr(manifest["publisher"])}{platform} />
    <DisplayName>{escape(manifest["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(manifest["description"])}</Description>
    <Tags>{escape(",".join(manifest["keywords"]))}</Tags>
    <Categories>{escape(",".join(manifest["categories"]))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      {(chr(10) + "      ").join(properties)}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/{escape(manifest["icon"])}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
{lines}  </Assets>
</PackageManifest>
"""


def content_types(names):
    """Every ending that there is; what has none is named itself."""
    endings = sorted({Path(name).suffix.lower() for name in names if Path(name).suffix})
    parts = [
        f'<Default Extension="{ending}" ContentType="{CONTENT_TYPES.get(ending, "application/octet-stream")}" />' for ending in endings]
    parts += [
        f'<Override PartName={quoteattr("/" + name)} ContentType="application/octet-stream" />'
        for name in names if not Path(name).suffix]
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' + "".join(parts) + "</Types>\n")


def build(output, binary, target, licences):
    manifest = json.loads((ROOT / "package.json").read_text("utf-8"))
    readme = (ROOT / "README.md").read_text("utf-8")
    found = list(problems(manifest, readme))
    if found:
        sys.exit("\n".join(found))
    entries = {
        f"extension/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for pattern in FILES for path in sorted(ROOT.glob(pattern)) if path.is_file()}
    entries["extension/readme.md"] = readme.encode()
    entries["extension/LICENSE.txt"] = (ROOT / "LICENSE").read_bytes()
    program = None
    if binary:
        program = "extension/bin/akin.exe" if target.startswith("win32") else "extension/bin/akin"
        entries[program] = binary.read_bytes()
        for path in sorted(licences.iterdir()) if licences else []:
            entries[f"extension/licences/{path.name}"] = path.read_bytes()
    entries = {"extension.vsixmanifest": vsix_manifest(manifest, target).encode(), **entries}
    entries = {"[Content_Types].xml": content_types(list(entries)).encode(), **entries}
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            # The same bytes from the same files, whenever it is built.
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (0o100755 if name == program else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    print(f"{output}: {len(entries)} files, {Path(output).stat().st_size} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--binary", type=Path, help="the program for the platform")
    parser.add_argument("--target", choices=TARGETS, help="the platform of --binary")
    parser.add_argument("--licences", type=Path, help="a folder with the licences of what is linked into --binary")
    arguments = parser.parse_args()
    if bool(arguments.binary) != bool(arguments.target):
        parser.error("--binary and --target go together")
    build(arguments.output, arguments.binary, arguments.target, arguments.licences)
