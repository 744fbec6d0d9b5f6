//! Numbers as a person reads them.

/// How the words begin by which a seed is refused.
pub(crate) const SEED: &str = "a seed is a whole number";

/// A seed, as it is given on the command line.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_error| format!("{SEED} from 0 to {}", u64::MAX))
}

/// The seed of a recipe, which TOML holds with a sign.
pub(crate) fn recipe_seed(text: &str) -> Result<u64, String> {
    let parsed = text.parse().ok().filter(|seed| i64::try_from(*seed).is_ok());
    parsed.ok_or_else(|| format!("{SEED} from 0 to {}", i64::MAX))
}

/// A measured share of one; only exactly one is `100 %`, and only exactly nothing `0 %`.
pub(crate) fn percent(share: f64) -> String {
    match share {
        0.0 => "0 %".into(),
        1.0 => "100 %".into(),
        _ if share < 0.0005 => "<0.1 %".into(),
        _ if share > 0.9995 => ">99.9 %".into(),
        _ => format!("{:.1} %", share * 100.0),
    }
}

/// A measured share with its bounds, such as `94.2 % (92.1 to 96.0 %)`.
pub(crate) fn percent_within(share: f64, lo: f64, hi: f64) -> String {
    let (from, to) = (percent(lo), percent(hi));
    let from = from.strip_suffix(" %").unwrap_or(&from);
    format!("{} ({from} to {to})", percent(share))
}

/// A measured share with its bounds and the level of their interval, such as `94.2 % (95 %: 92.1 to 96.0 %)`.
pub(crate) fn percent_within_at(share: f64, level: f64, lo: f64, hi: f64) -> String {
    percent_within(share, lo, hi).replacen('(', &format!("({}: ", chosen(level)), 1)
}

/// A share that was chosen and not measured, such as `95 %`.
pub(crate) fn chosen(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

/// A count with its thousands apart.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut apart = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn almost_is_not_all() {
        let shares = [0.0, 0.0001, 0.9418, 0.9999, 1.0];
        assert_eq!(shares.map(percent).join(", "), "0 %, <0.1 %, 94.2 %, >99.9 %, 100 %");
        assert_eq!(percent_within(0.5, 0.0, 0.75), "50.0 % (0 to 75.0 %)");
        assert_eq!(percent_within_at(0.018, 0.8, 0.0, 0.044), "1.8 % (80 %: 0 to 4.4 %)");
        assert_eq!([chosen(0.8), thousands(1_234_567)].join(" "), "80 % 1,234,567");
    }
}
