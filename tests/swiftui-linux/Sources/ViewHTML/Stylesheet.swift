// The style sheet, kept in files of its own and built into the program.

/// CSS for rendered windows.
package enum Stylesheet {
    package static var windows: String {
        String(decoding: PackageResources.page_css, as: UTF8.self)
            + String(decoding: PackageResources.window_css, as: UTF8.self)
    }
}
