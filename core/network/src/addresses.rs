//! Which addresses are of the internet, and a look-up of names that gives out no others: what was checked is then what is
//! connected to.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address is one of the internet: not this machine, not a private network, nothing special.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Whether an address is one of a private network, and nothing more special: not this machine, not the machine's own link.
pub fn is_in_private_network(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || (ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1])),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    let protocol = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation();
    !(a == 0 || a >= 224 || special || shared || benchmark || protocol)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    // An IPv4 address inside, from this part on.
    let inner = |at: usize| {
        let ([a, b], [c, d]) = (parts[at].to_be_bytes(), parts[at + 1].to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0xFFFF, ..] | [0x64, 0xFF9B, 0, 0, 0, 0, ..] => inner(6),
        [0x2002, ..] => inner(1),
        // Teredo, benchmarks, identifiers, documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xDB8,
        [0x3FFF, second, ..] => second >= 0x1000,
        // Only 2000::/3 is given out.
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

/// Looks names up and gives out only addresses that may be asked. A name with any other is refused as a whole. Names that
/// are exempt are not checked: proxies, which look names up themselves and are trusted to, and what the user named.
#[derive(Debug, Clone)]
pub struct CheckedNames {
    /// In small letters.
    exempt: Vec<String>,
    may_be_asked: fn(IpAddr) -> bool,
}

impl CheckedNames {
    /// Names but these must lead to addresses of which this says yes.
    pub fn new(exempt: impl IntoIterator<Item = String>, may_be_asked: fn(IpAddr) -> bool) -> Self {
        let exempt = exempt.into_iter().map(|name| plain(&name)).collect();
        Self { exempt, may_be_asked }
    }

    /// Whether this host may be asked, as far as can be said without looking it up: it is a name, exempt, or an address
    /// that may be asked. As it stands in an address: IPv6 in brackets.
    pub fn allows(&self, host: &str) -> bool {
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(ip) => (self.may_be_asked)(ip) || self.exempt.contains(&plain(host)),
            Err(_) => true,
        }
    }

    fn checked(&self, found: Vec<SocketAddr>, name: &str) -> io::Result<Addrs> {
        let wrong = |address: &SocketAddr| !(self.may_be_asked)(address.ip());
        if found.iter().any(wrong) && !self.exempt.contains(&plain(name)) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, LeadsInside));
        }
        Ok(Box::new(found.into_iter()))
    }
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(names.checked(found, name.as_str())?)
        })
    }
}

/// A name leads into a private network.
#[derive(Debug)]
pub struct LeadsInside;

impl fmt::Display for LeadsInside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name leads into a private network")
    }
}

impl std::error::Error for LeadsInside {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_with_one_private_address_among_others_is_refused() {
        let names = CheckedNames::new(["proxy.example.".to_owned()], is_public);
        let found = |ips: &[&str]| ips.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect::<Vec<_>>();
        assert!(names.checked(found(&["1.1.1.1", "2606:4700::1111"]), "a.example").is_ok());
        assert!(names.checked(found(&["1.1.1.1", "127.0.0.1"]), "a.example").is_err());
        assert!(names.checked(found(&["::ffff:10.0.0.1"]), "a.example").is_err());
        assert!(names.checked(found(&["10.0.0.1"]), "Proxy.Example").is_ok(), "the proxy may be inside");
    }

    #[test]
    fn addresses_that_are_written_as_numbers_are_checked_too() {
        let names = CheckedNames::new(["10.0.0.4".to_owned()], |ip| is_public(ip) || ip.is_loopback());
        for host in ["1.1.1.1", "127.0.0.1", "[::1]", "10.0.0.4", "a.example", "[2606:4700::1111]"] {
            assert!(names.allows(host), "{host}");
        }
        for host in ["10.0.0.5", "169.254.169.254", "[fe80::1]", "[::ffff:10.0.0.5]"] {
            assert!(!names.allows(host), "{host}");
        }
    }

    #[test]
    fn a_private_network_is_neither_this_machine_nor_its_link() {
        for (ip, private) in [
            ("10.0.0.1", true),
            ("192.168.1.1", true),
            ("100.64.0.1", true),
            ("fd00::1", true),
            ("::ffff:10.0.0.1", true),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("fe80::1", false),
            ("1.1.1.1", false),
        ] {
            assert_eq!(is_in_private_network(ip.parse().unwrap()), private, "{ip}");
        }
    }

    proptest! {
        #[test]
        fn no_private_ipv4_address_hides_in_ipv6(a in prop::sample::select(vec![10_u8, 127, 0]), rest in any::<[u8; 3]>()) {
            let ip = Ipv4Addr::new(a, rest[0], rest[1], rest[2]);
            prop_assert!(!is_public(ip.into()));
            prop_assert!(!is_public(ip.to_ipv6_mapped().into()));
            prop_assert!(!is_public(ip.to_ipv6_compatible().into()));
        }
    }
}
