#!/usr/bin/env bash
# Makes the npm packages: `akin`, the Node client with a launcher, and `akin-PLATFORM`, which holds the program. npm installs
# of the latter the one for the machine. Usage: packaging/npm.sh PROGRAM PLATFORM LICENCES OUTPUT_FOLDER
set -eu
program=$(realpath "$1")
platform=$2
licences=$(realpath "$3")
output=$(realpath "$4")
cd "$(dirname "$0")/.."
version=$(scripts/version.sh)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/akin/package/bin" "$work/platform/package/bin"
cp -R clients/node/src clients/node/index.d.ts clients/node/README.md LICENSE "$work/akin/package"
cp packaging/npm/akin.js "$work/akin/package/bin/akin.js"
install -m 755 "$program" "$work/platform/package/bin/akin"
cp LICENSE "$work/platform/package"
cp -R "$licences" "$work/platform/package/licences"
python3 - "$version" "$platform" "$work" <<'PYTHON'
import json
import sys

version, platform, work = sys.argv[1:]
with open("clients/node/package.json", encoding="utf-8") as file:
    client = json.load(file)
with open("packaging/server.json", encoding="utf-8") as file:
    registry_name = json.load(file)["name"]
client.pop("scripts", None)
client.update(
    name="akin",
    version=version,
    # By which the registry of MCP servers knows that the package is the server's; a wheel has it in its readme.
    mcpName=registry_name,
    bin={"akin": "bin/akin.js"},
    files=[*client["files"], "bin"],
    optionalDependencies={f"akin-{name}": version for name in ("linux-x64", "linux-arm64", "darwin-arm64")},
)
system, processor = platform.split("-")
holder = {
    "name": f"akin-{platform}",
    "version": version,
    "description": f"The program of the package akin, for {platform}",
    "license": "MIT",
    "os": [system],
    "cpu": [processor],
    "preferUnplugged": True,
    "files": ["bin", "licences"],
}
for folder, package in (("akin", client), ("platform", holder)):
    with open(f"{work}/{folder}/package/package.json", "w", encoding="utf-8") as file:
        json.dump(package, file, indent=2)
        file.write("\n")
PYTHON
packaging/archive.py tar "$work/akin/package" "$output/akin-$version.tgz"
packaging/archive.py tar "$work/platform/package" "$output/akin-$platform-$version.tgz"
