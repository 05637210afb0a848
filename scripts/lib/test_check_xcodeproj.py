"""Tests of check_xcodeproj.py: a sound project passes, and each thing that can break is reported."""

import pathlib
import tempfile
import unittest

from check_xcodeproj import complaints

ROOT, GROUP, EXCEPTION, SETTINGS, PACKAGE, PRODUCT = (f"{number:024X}" for number in range(1, 7))

PROJECT = f"""// !$*UTF8*$!
{{
    rootObject = {ROOT};
    objects = {{
        {ROOT} = {{ isa = PBXProject; parts = ({GROUP}, {SETTINGS}, {PACKAGE}, {PRODUCT}); }};
        {GROUP} = {{ isa = PBXFileSystemSynchronizedRootGroup; path = App; exceptions = ({EXCEPTION}); }};
        {EXCEPTION} = {{ isa = PBXExceptionSet; membershipExceptions = (Info.plist); }};
        {SETTINGS} = {{ isa = XCBuildConfiguration; buildSettings = {{ INFOPLIST_FILE = App/Info.plist; }}; }};
        {PACKAGE} = {{ isa = XCLocalSwiftPackageReference; relativePath = Kit; }};
        {PRODUCT} = {{ isa = XCSwiftPackageProductDependency; productName = KitUI; }};
    }};
}}
"""
PLIST = '<?xml version="1.0"?><plist version="1.0"><dict><key>A</key><string>B</string></dict></plist>'
MANIFEST = 'products: [.library(name: "KitUI", targets: ["KitUI"])]'


class CheckXcodeProject(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("A.xcodeproj/project.pbxproj", PROJECT)
        self.write("App/Info.plist", PLIST)
        self.write("Kit/Package.swift", MANIFEST)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def expect(self, *parts):
        found = complaints(self.folder / "A.xcodeproj")
        self.assertEqual(len(found), len(parts), found)
        for part, complaint in zip(parts, found):
            self.assertIn(part, complaint)

    def test_a_sound_project_passes(self):
        self.expect()

    def test_an_object_that_is_not_there_and_one_that_nothing_uses_are_reported(self):
        self.write("A.xcodeproj/project.pbxproj", PROJECT.replace(f"({EXCEPTION})", f"({'F' * 24})"))
        self.expect("which is not there", "referred to by nothing")

    def test_a_missing_folder_is_reported_with_all_that_should_be_in_it(self):
        (self.folder / "App/Info.plist").unlink()
        (self.folder / "App").rmdir()
        self.expect("the folder App", "excepted", "INFOPLIST_FILE")

    def test_a_missing_package_and_a_renamed_product_are_reported(self):
        self.write("Kit/Package.swift", MANIFEST.replace('name: "KitUI"', 'name: "Views"'))
        self.expect("no package of the project has the product KitUI")
        (self.folder / "Kit/Package.swift").unlink()
        self.expect("has no Package.swift", "product KitUI")

    def test_a_settings_file_that_names_a_missing_file_is_reported(self):
        self.write("A.xcconfig", "// signing\nCODE_SIGN_ENTITLEMENTS = App/None.entitlements // ours\n")
        self.expect("CODE_SIGN_ENTITLEMENTS names App/None.entitlements")

    def test_a_scheme_of_another_project_is_reported(self):
        self.write("A.xcodeproj/xcshareddata/xcschemes/A.xcscheme", f'<BuildableReference BlueprintIdentifier = "{"F" * 24}"/>')
        self.expect("A.xcscheme names the target")

    def test_a_broken_property_list_and_a_broken_catalog_are_reported(self):
        self.write("App/Info.plist", PLIST[:-9])
        self.write("App/Localizable.xcstrings", "{")
        self.expect("App/Info.plist can't be read", "App/Localizable.xcstrings can't be read")

    def test_a_project_file_that_is_no_property_list_is_reported(self):
        self.write("A.xcodeproj/project.pbxproj", "{ rootObject = ")
        self.expect("project.pbxproj can't be read")


if __name__ == "__main__":
    unittest.main()
