//! The language of libvterm's test files, as far as it has values: Perl strings, lists of numbers, ranges.

/// The bytes of one or more Perl strings: `"a\e[" . "x" x 3`.
pub(super) fn string(text: &str) -> Vec<u8> {
    let (mut all, mut rest) = (Vec::new(), text.trim());
    while let Some(after) = rest.strip_prefix('"') {
        let end = closing(after);
        let part = unescaped(&after[..end]);
        rest = after[end + 1..].trim_start();
        let mut times = 1;
        if let Some(after) = rest.strip_prefix('x').map(str::trim_start) {
            let digits = after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len());
            times = after[..digits].parse().unwrap();
            rest = after[digits..].trim_start();
        }
        all.extend(part.repeat(times));
        rest = rest.strip_prefix('.').unwrap_or(rest).trim_start();
    }
    assert!(rest.is_empty(), "{text}");
    all
}

fn closing(text: &str) -> usize {
    let mut escaped = false;
    let quote = text.char_indices().find(|(_, character)| {
        let ends = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        ends
    });
    quote.unwrap().0
}

fn unescaped(text: &str) -> Vec<u8> {
    let (mut bytes, mut characters) = (Vec::new(), text.chars().peekable());
    while let Some(character) = characters.next() {
        if character != '\\' {
            bytes.extend(character.to_string().bytes());
            continue;
        }
        match characters.next().unwrap() {
            'e' => bytes.push(0x1b),
            'a' => bytes.push(7),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'b' => bytes.push(8),
            '0' => bytes.push(0),
            'x' => {
                let braces = characters.next_if_eq(&'{').is_some();
                let mut digits = String::new();
                let more = |digit: &char, digits: &str| digit.is_ascii_hexdigit() && (braces || digits.len() < 2);
                while let Some(digit) = characters.next_if(|digit| more(digit, &digits)) {
                    digits.push(digit);
                }
                characters.next_if_eq(&'}');
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            }
            other => bytes.extend(other.to_string().bytes()),
        }
    }
    bytes
}

/// `0x41,0x42` as characters; what Unicode does not have is left out, spaces at the end too, as libvterm does.
pub(super) fn characters(text: &str) -> String {
    codes(text).into_iter().filter_map(char::from_u32).collect::<String>().trim_end_matches(' ').to_owned()
}

/// `0x41,0x42` as UTF-8.
pub(super) fn utf8(text: &str) -> String {
    let bytes = codes(text).into_iter().map(|code| u8::try_from(code).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

fn codes(text: &str) -> Vec<u32> {
    let code = |code: &str| u32::from_str_radix(code.trim().strip_prefix("0x")?, 16).ok();
    text.split(',').filter_map(code).collect()
}

/// `"123"` or `0x31,0x32`.
pub(super) fn text_or_codes(text: &str) -> String {
    if text.starts_with('"') { String::from_utf8(string(text)).unwrap() } else { characters(text) }
}

/// `1,2,3`.
pub(super) fn numbers(text: &str) -> Vec<usize> {
    text.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}
