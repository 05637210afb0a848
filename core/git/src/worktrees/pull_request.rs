//! The page where a pull request is opened. Nothing is asked and nothing is opened: it is made of the remote's address.

use url::Url;

/// The page where a pull request for a branch is opened, by the address of its remote; `base` is the branch it is to go
/// into, where the page can be told. None where the address is no web server's. Servers that are not known by name are taken
/// for one like GitHub, as Gitea and Forgejo are; ones with `gitlab` or `bitbucket` in their names for those.
pub fn pull_request_url(remote: &str, branch: &str, base: Option<&str>) -> Option<String> {
    if branch.is_empty() {
        return None;
    }
    let (host, path) = host_and_path(remote.trim())?;
    let name = host.to_ascii_lowercase();
    let mut page = Url::parse(&format!("https://{host}/")).ok()?;
    // User, password and anything else of the address stay behind.
    page.set_path(&path);
    let extend = |page: &mut Url, parts: &[&str]| {
        if let Ok(mut segments) = page.path_segments_mut() {
            segments.extend(parts);
        }
    };
    if name.contains("gitlab") {
        extend(&mut page, &["-", "merge_requests", "new"]);
        page.query_pairs_mut().append_pair("merge_request[source_branch]", branch);
        if let Some(base) = base {
            page.query_pairs_mut().append_pair("merge_request[target_branch]", base);
        }
    } else if name.contains("bitbucket") {
        extend(&mut page, &["pull-requests", "new"]);
        page.query_pairs_mut().append_pair("source", branch);
        if let Some(base) = base {
            page.query_pairs_mut().append_pair("dest", base);
        }
    } else {
        let range = base.map_or_else(|| branch.to_owned(), |base| format!("{base}...{branch}"));
        let parts: Vec<&str> = range.split('/').collect();
        extend(&mut page, &["compare"]);
        extend(&mut page, &parts);
        if name == "github.com" {
            page.query_pairs_mut().append_pair("expand", "1");
        }
    }
    Some(page.into())
}

/// Host (with the port of a web address) and path of a remote: `https://host/path.git`, `ssh://git@host:22/path`,
/// `git@host:path`.
fn host_and_path(remote: &str) -> Option<(String, String)> {
    let (host, path) = if let Ok(url) = Url::parse(remote)
        && url.has_host()
    {
        let web = matches!(url.scheme(), "http" | "https");
        if !web && !matches!(url.scheme(), "ssh" | "git" | "git+ssh" | "ssh+git") {
            return None;
        }
        let port = url.port().filter(|_| web).map(|port| format!(":{port}")).unwrap_or_default();
        (format!("{}{port}", url.host_str()?), url.path().to_owned())
    } else {
        // `host:path` of ssh; a path of this machine has its first slash before its first colon.
        let (host, path) = remote.split_once(':')?;
        // With two colons it names a program of git's.
        if host.contains('/') || path.starts_with("//") || path.starts_with(':') {
            return None;
        }
        (host.rsplit('@').next()?.to_owned(), path.to_owned())
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
    // One letter is a drive of Windows.
    (plain && host.len() > 1 && path.contains('/') && !path.contains("//")).then(|| (host, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_server_has_its_own_page() {
        for (remote, base, wanted) in [
            ("git@github.com:o/r.git", None, "https://github.com/o/r/compare/fix/a%20b?expand=1"),
            ("https://me:pw@github.com/o/r", Some("main"), "https://github.com/o/r/compare/main...fix/a%20b?expand=1"),
            ("ssh://git@codeberg.org:22/o/r.git/", Some("main"), "https://codeberg.org/o/r/compare/main...fix/a%20b"),
            (
                "https://gitlab.example.com:8443/g/s/r.git",
                Some("main"),
                "https://gitlab.example.com:8443/g/s/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=fix%2Fa+b&merge_request%5Btarget_branch%5D=main",
            ),
            (
                "git@bitbucket.org:o/r.git",
                Some("main"),
                "https://bitbucket.org/o/r/pull-requests/new?source=fix%2Fa+b&dest=main",
            ),
        ] {
            assert_eq!(pull_request_url(remote, "fix/a b", base).as_deref(), Some(wanted), "{remote}");
        }
    }

    #[test]
    fn what_is_no_web_server_has_no_page() {
        for remote in [
            "/srv/git/r.git",
            "../r",
            "file:///srv/r",
            "C:\\r",
            "c:/o/r",
            "",
            "javascript:alert(1)//o/r",
            "host",
            "git@host:r",
            "ext::sh -c x% o/r",
        ] {
            assert_eq!(pull_request_url(remote, "x", None), None, "{remote}");
        }
        assert_eq!(pull_request_url("git@github.com:o/r", "", None), None);
    }

    proptest! {
        #[test]
        fn whatever_the_address_the_page_is_on_a_web_server_and_has_no_password(remote in "(https://u:hunter2@)?[a-z:/@.]{0,30}", branch in "\\PC{1,10}") {
            if let Some(page) = pull_request_url(&remote, &branch, None) {
                prop_assert!(page.starts_with("https://") && !page.contains("hunter2"), "{}", page);
                prop_assert!(Url::parse(&page).is_ok());
            }
        }
    }
}
