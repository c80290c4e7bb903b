//! Pages to print: one file each, no script, nothing loaded from elsewhere.

const STYLE: &str = "body{font:11pt/1.4 sans-serif;margin:2em;color:#000;background:#fff}\
    h1{font-size:16pt}h2{font-size:13pt;margin-top:1.5em}\
    table{border-collapse:collapse;width:100%}\
    th,td{border-bottom:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}\
    td.n,th.n{text-align:right}thead{display:table-header-group}tr{break-inside:avoid}\
    .sign{margin-top:3em}@page{margin:2cm}";
const SIGNATURE: &str = "<p class=\"sign\">Reviewed by ____________________ on ____________</p>\n";

/// A page with this title, and a place to sign it.
pub(crate) fn page(title: &str, content: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body>\n<h1>{title}</h1>\n{content}{SIGNATURE}</body></html>\n"
    )
}

/// Text that is no markup, whatever stands in it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(escaped("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
    }
}
