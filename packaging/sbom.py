#!/usr/bin/env python3
"""The list of materials of the program (CycloneDX 1.6): Swift's packages, the toolchain with the parts of its library, and on Linux
the libraries that are linked statically, by the versions that the build used. What was linked is the linker's to say
(packaging/linked.sh); what it names and no licence is known of is an error.

    packaging/sbom.py PROGRAM >akin.cdx.json
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
#: Debian's packages of archives that may be linked: their licences by SPDX.
LIBRARIES = {
    "libjansson-dev": "MIT",
    "libsqlite3-dev": "blessing",
    "nettle-dev": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libuchardet-dev": "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
    "libre2-dev": "BSD-3-Clause",
    "libgumbo-dev": "Apache-2.0",
    "libexpat1-dev": "MIT",
    "libminizip-dev": "Zlib",
    "zlib1g-dev": "Zlib",
    "libcmark-dev": "BSD-2-Clause",
    "libhnswlib-dev": "Apache-2.0",
    "libc6-dev": "LGPL-2.1-or-later",
    "libstdc++": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
}
SWIFT = "Apache-2.0 WITH Swift-exception"
#: Of Swift's own archives, those that are works of their own; all others are the toolchain's.
PARTS = {
    "lib_FoundationICU.a": ("swift-foundation-icu", f"{SWIFT} AND Unicode-3.0"),
    "libFoundation.a": ("swift-corelibs-foundation", SWIFT),
    "libCoreFoundation.a": ("swift-corelibs-foundation", SWIFT),
    "libFoundationEssentials.a": ("swift-foundation", SWIFT),
    "libFoundationInternationalization.a": ("swift-foundation", SWIFT),
    "lib_FoundationCShims.a": ("swift-foundation", SWIFT),
    "lib_FoundationCollections.a": ("swift-collections", SWIFT),
    "libdispatch.a": ("swift-corelibs-libdispatch", SWIFT),
    "libswiftDispatch.a": ("swift-corelibs-libdispatch", SWIFT),
    "libBlocksRuntime.a": ("swift-corelibs-libdispatch", SWIFT),
}
#: Of the repositories that the build fetches.
PACKAGES = {"GRDB.swift": "MIT"}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def component(name, version, licence, purl, kind="library"):
    return {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"expression": licence}],
    }


def swift_packages():
    state = json.loads((ROOT / ".build-dist/workspace-state.json").read_text())
    for dependency in sorted(state["object"]["dependencies"], key=lambda d: d["packageRef"]["name"]):
        location = dependency["packageRef"]["location"].removesuffix(".git")
        version = dependency["state"]["checkoutState"]["version"]
        name = location.split("/")[-1]
        address = re.sub(r"^https?://", "", location)
        purl = f"pkg:swift/{address}@{version}"
        yield component(name, version, PACKAGES.get(name, "Apache-2.0"), purl)


def parts(linked, swift):
    """The parts of Swift's library, which have its version."""
    for name, licence in sorted({PARTS[archive] for archive in linked if archive in PARTS}):
        yield component(name, swift, licence, f"pkg:generic/{name}@{swift}")


def libraries(linked):
    for name in linked:
        if name.endswith(".a"):
            continue
        # libstdc++-12-dev, libgcc-12-dev
        licence = LIBRARIES.get(name) or LIBRARIES.get(re.sub(r"-\d+-dev$", "", name))
        if licence is None:
            sys.exit(f"sbom: {name} is linked, and LIBRARIES has no licence of it")
        version, architecture = run("dpkg-query", "-W", "-f=${Version} ${Architecture}\n", name).split("\n")[0].split()
        yield component(name, version, licence, f"pkg:deb/debian/{name}@{version}?arch={architecture}")


def main():
    program = pathlib.Path(sys.argv[1])
    version = run(str(ROOT / "scripts/version.sh"))
    swift = re.search(r"Swift version (\S+)", run("swift", "--version"))[1]
    toolchain = component("swift", swift, SWIFT, f"pkg:generic/swift@{swift}")
    linked = run(str(ROOT / "packaging/linked.sh")).split()
    when = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    akin = component("akin", version, "MIT", f"pkg:generic/akin@{version}", "application")
    akin["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(program.read_bytes()).hexdigest()}]
    components = [*swift_packages(), toolchain, *parts(linked, swift), *libraries(linked)]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": akin},
        "components": components,
        "dependencies": [{"ref": akin["bom-ref"], "dependsOn": [c["bom-ref"] for c in components]}],
    }
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
