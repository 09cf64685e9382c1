//! The register of codes: each has a page, which `srl explain` shows.

macro_rules! pages {
    ($($code:literal)*) => {
        /// Code and page of each problem, in order. A code is never given to another problem.
        pub(crate) const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../../docs/errors/", $code, ".md")))),*];
    };
}

pages! {
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0108" "E0109" "E0110"
    "E0111" "E0112" "E0113" "E0114" "E0115" "E0116" "E0117" "E0118" "E0119" "E0120" "E0121" "E0122"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210"
    "E0211" "E0212" "E0213" "E0214" "E0215" "E0216" "E0217" "E0218" "E0219" "E0220" "E0221"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309" "E0310" "E0311" "E0312"
    "E0313" "E0314" "E0315" "E0316" "E0317" "E0318" "E0319"
    "E0401" "E0402" "E0403" "E0404" "E0405" "E0406" "E0407" "E0408" "E0409" "E0410" "E0411" "E0412"
    "E0501" "E0502" "E0503" "E0504" "E0505" "E0506" "E0507"
    "E0601" "E0602" "E0603" "E0604"
    "W0201" "W0202" "W0203" "W0204" "W0205" "W0301" "W0302" "W0303" "W0304" "W0401" "W0402" "W0403" "W0404" "W0501"
    "W0601" "W0602" "W0603"
}

/// The page of a code, in Markdown; upper and lower case make no difference.
///
/// ```
/// assert!(srl::explain("e0201").unwrap().starts_with("# E0201"));
/// assert!(srl::explain("E9999").is_none());
/// ```
pub fn explain(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(own, _)| own.eq_ignore_ascii_case(code)).map(|(_, page)| *page)
}

/// Every code that has a page, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}
