//! What a seat costs, and what several cost together.

use serde::Serialize;

use super::{Invalid, Term, text::trimmed};

/// Of how many parts an amount is counted, for each unit of a currency.
const PARTS: i64 = 10_000;
/// The digits behind the point that this makes.
const DIGITS: usize = 4;
/// No single price is higher than this many units.
const MOST: i64 = 1_000_000_000;

/// An amount of money for a length of time.
#[derive(Clone, Debug, Serialize)]
pub struct Price {
    /// In ten-thousandths of the currency's unit.
    parts: i64,
    /// ISO 4217.
    currency: String,
    per: Term,
}

impl Price {
    /// A price of one seat. The amount is a decimal number of units, such as `12.50`, with at most four digits behind
    /// the point; the currency three letters of ISO 4217.
    ///
    /// # Errors
    /// When the amount is no such number, is negative or more than a thousand million, or the currency is not three
    /// letters.
    pub fn new(amount: &str, currency: &str, per: Term) -> Result<Self, Invalid> {
        let parts = parse(trimmed(amount)).ok_or_else(|| {
            Invalid::new(
                "An amount is a number from 0 to 1000000000 with at most four digits behind a point, such as 12.50.",
            )
        })?;
        let currency = trimmed(currency).to_ascii_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Invalid::new(
                "A currency is three letters of ISO 4217, such as EUR.",
            ));
        }
        Ok(Self {
            parts,
            currency,
            per,
        })
    }

    /// A price as it is kept.
    pub fn kept(parts: i64, currency: &str, per: &str) -> Option<Self> {
        Some(Self {
            parts,
            currency: currency.to_owned(),
            per: Term::try_from(per).ok()?,
        })
    }

    /// In ten-thousandths of the currency's unit.
    pub fn parts(&self) -> i64 {
        self.parts
    }

    /// The amount, with no digits behind the point or at least two.
    pub fn amount(&self) -> String {
        let (whole, rest) = (self.parts / PARTS, self.parts % PARTS);
        if rest == 0 {
            return whole.to_string();
        }
        let rest = format!("{rest:0DIGITS$}");
        let kept = rest.trim_end_matches('0').len().max(2);
        format!("{whole}.{}", &rest[..kept])
    }

    /// The currency, by its three letters of ISO 4217.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// For how long.
    pub fn per(&self) -> &Term {
        &self.per
    }
}

/// What seats cost together: a price for each currency and length of time. None where one of them has no price, or
/// where it is too much to be counted, since that would be less than all of it.
pub fn totals(seats: impl IntoIterator<Item = (i32, Option<Price>)>) -> Vec<Price> {
    let mut totals: Vec<Price> = Vec::new();
    for (number, price) in seats {
        let Some(price) = price else {
            return Vec::new();
        };
        let Some(parts) = price.parts.checked_mul(number.into()) else {
            return Vec::new();
        };
        let same = totals
            .iter_mut()
            .find(|total| total.currency == price.currency && total.per.text() == price.per.text());
        match same {
            Some(total) => match total.parts.checked_add(parts) {
                Some(sum) => total.parts = sum,
                None => return Vec::new(),
            },
            None => totals.push(Price { parts, ..price }),
        }
    }
    totals
}

fn parse(amount: &str) -> Option<i64> {
    let (whole, rest) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(rest) || rest.len() > DIGITS {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= MOST)?;
    let rest: i64 = format!("{rest:0<DIGITS$}").parse().ok()?;
    Some(whole * PARTS + rest).filter(|parts| *parts <= MOST * PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(amount: &str, currency: &str, per: &str) -> Result<Price, Invalid> {
        Price::new(amount, currency, Term::try_from(per).unwrap())
    }

    #[test]
    fn an_amount_is_read_and_written_as_people_do() {
        for (amount, written) in [
            ("12.50", Some("12.50")),
            ("12.5", Some("12.50")),
            ("20", Some("20")),
            ("20.00", Some("20")),
            ("0.0125", Some("0.0125")),
            ("0.125", Some("0.125")),
            (" 7 ", Some("7")),
            ("0", Some("0")),
            ("1000000000", Some("1000000000")),
            ("1000000001", None),
            ("1000000000.0001", None),
            ("99999999999999999999", None),
            ("1.00001", None),
            ("-1", None),
            ("+1", None),
            ("1,5", None),
            ("1.", None),
            (".5", None),
            ("", None),
            ("1e3", None),
            ("٣", None),
        ] {
            let read = price(amount, "eur", "P1M").ok();
            assert_eq!(
                read.map(|read| read.amount()).as_deref(),
                written,
                "{amount}"
            );
        }
        for wrong in ["EURO", "E1R", "", "€"] {
            assert!(price("1", wrong, "P1M").is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_the_same_is_not_added() {
        let of = |amount, currency, per| price(amount, currency, per).ok();
        let seats = [
            (10, of("12.50", "EUR", "P1M")),
            (5, of("1.10", "EUR", "P1M")),
            (1, of("99", "EUR", "P1Y")),
            (2, of("3", "USD", "P1M")),
        ];
        let totals_of = |seats: &[(i32, Option<Price>)]| {
            let totals = totals(seats.iter().cloned()).into_iter();
            let totals =
                totals.map(|one| (one.amount(), one.currency().to_owned(), one.per().text()));
            totals.collect::<Vec<_>>()
        };
        let said = |amount: &str, currency: &str, per: &str| {
            (amount.to_owned(), currency.to_owned(), per.to_owned())
        };
        assert_eq!(
            totals_of(&seats),
            [
                said("130.50", "EUR", "P1M"),
                said("99", "EUR", "P1Y"),
                said("6", "USD", "P1M")
            ]
        );
        // Less than all of it is no total.
        assert!(totals_of(&[seats[0].clone(), (1, None)]).is_empty());
        let most = (900_000, of("1000000000", "EUR", "P1M"));
        assert!(totals_of(&[most.clone(), most]).is_empty());
        assert!(totals_of(&[]).is_empty());
        assert!(totals_of(&[(i32::MAX, of("1000000000", "EUR", "P1M"))]).is_empty());
    }
}
