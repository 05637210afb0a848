"""Checks a hand-kept Xcode project where there is no Xcode: check_xcodeproj.py PROJECT.

That every object is referred to and every reference has an object; that the files, folders, packages and package
products it names are there; that the property lists, asset catalogs and string catalogs beside it can be read.
"""

import json
import pathlib
import plistlib
import re
import sys
import xml.parsers.expat

import openstep_plist

IDENTIFIER = re.compile(r"[0-9A-F]{24}")
# Build settings whose value is the path of a file.
FILE_SETTINGS = ("INFOPLIST_FILE", "CODE_SIGN_ENTITLEMENTS")


def references(value, found):
    """Collects every object identifier inside a value."""
    if isinstance(value, dict):
        for inner in value.values():
            references(inner, found)
    elif isinstance(value, list):
        for inner in value:
            references(inner, found)
    elif isinstance(value, str) and IDENTIFIER.fullmatch(value):
        found.add(value)
    return found


def check_references(project):
    """Dangling and unused objects."""
    objects = project["objects"]
    used = {project["rootObject"]}
    for identifier, contents in objects.items():
        if "isa" not in contents:
            yield f"object {identifier} has no isa"
        found = references(contents, set())
        used |= found
        for missing in sorted(found - set(objects)):
            yield f"{contents.get('isa')} {identifier} refers to {missing}, which is not there"
    for identifier in sorted(set(objects) - used):
        yield f"{objects[identifier].get('isa')} {identifier} is referred to by nothing"


def of_kind(project, kind):
    """The objects of one isa."""
    return [contents for contents in project["objects"].values() if contents.get("isa") == kind]


def check_paths(project, folder):
    """What the project names below its own folder. It has no groups with a path, so paths are relative to that."""
    for group in of_kind(project, "PBXFileSystemSynchronizedRootGroup"):
        if not (folder / group["path"]).is_dir():
            yield f"the folder {group['path']} is not there"
        for exception in group.get("exceptions", []):
            for name in project["objects"].get(exception, {}).get("membershipExceptions", []):
                if not (folder / group["path"] / name).exists():
                    yield f"{group['path']}/{name} is excepted from the target but is not there"
    for reference in of_kind(project, "PBXFileReference"):
        if reference.get("sourceTree") != "BUILT_PRODUCTS_DIR" and not (folder / reference["path"]).exists():
            yield f"the file {reference['path']} is not there"


def check_packages(project, folder):
    """Local packages, and the products that targets take from them."""
    manifests = []
    for package in of_kind(project, "XCLocalSwiftPackageReference"):
        manifest = folder / package["relativePath"] / "Package.swift"
        if manifest.is_file():
            manifests.append(manifest.read_text())
        else:
            yield f"the package {package['relativePath']} has no Package.swift"
    for product in of_kind(project, "XCSwiftPackageProductDependency"):
        declaration = re.compile(r"\.library\(\s*name:\s*\"" + re.escape(product["productName"]) + '"')
        if not any(declaration.search(manifest) for manifest in manifests):
            yield f"no package of the project has the product {product['productName']}"


def configuration(text):
    """The settings of an .xcconfig file."""
    lines = (line.split("//")[0] for line in text.splitlines())
    return dict(re.findall(r"^\s*(\w+)\s*=\s*(.*?)\s*$", "\n".join(lines), re.MULTILINE))


def check_settings(project, folder):
    """Build settings that name files, in the project and in its .xcconfig files."""
    settings = [contents.get("buildSettings", {}) for contents in of_kind(project, "XCBuildConfiguration")]
    settings += [configuration(path.read_text()) for path in sorted(folder.glob("*.xcconfig"))]
    for values in settings:
        for name in FILE_SETTINGS:
            if name in values and not (folder / values[name]).is_file():
                yield f"{name} names {values[name]}, which is not there"


def check_schemes(project, path):
    """The shared schemes: each names targets by their identifiers."""
    for scheme in sorted(path.glob("xcshareddata/xcschemes/*.xcscheme")):
        for target in set(re.findall(r'BlueprintIdentifier\s*=\s*"(\w+)"', scheme.read_text())):
            if target not in project["objects"]:
                yield f"{scheme.name} names the target {target}, which is not there"


def check_readable(folder):
    """Every property list and catalog of the app target."""
    readers = {".plist": plistlib.loads, ".entitlements": plistlib.loads, ".xcstrings": json.loads, ".json": json.loads}
    for path in sorted((folder / "App").rglob("*")):
        reader = readers.get(path.suffix)
        if reader is None or not path.is_file():
            continue
        try:
            reader(path.read_bytes())
        except (ValueError, plistlib.InvalidFileException, xml.parsers.expat.ExpatError) as error:
            yield f"{path.relative_to(folder)} can't be read: {error}"


def complaints(path):
    """Everything that is wrong with the project in the folder `path`, as sentences."""
    folder = path.parent
    try:
        with open(path / "project.pbxproj", encoding="utf-8") as file:
            project = openstep_plist.load(file, use_numbers=False)
    except (OSError, openstep_plist.ParseError) as error:
        return [f"project.pbxproj can't be read: {error}"]
    checks = (
        check_references(project),
        check_paths(project, folder),
        check_packages(project, folder),
        check_settings(project, folder),
        check_schemes(project, path),
        check_readable(folder),
    )
    return [complaint for check in checks for complaint in check]


def main():
    """Prints the complaints, one a line; fails when there are any."""
    found = complaints(pathlib.Path(sys.argv[1]))
    for complaint in found:
        print(complaint)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
