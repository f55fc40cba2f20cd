//! Times, lengths of time and prices, as people write them.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};

use super::Words;
use crate::domain::values::{Price, Term};

impl Words {
    /// A moment.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let month = self.say(&format!("month-{}", at.month()));
        let (year, time) = (at.year().to_string(), at.format("%H:%M").to_string());
        let texts = [("month", month.as_str()), ("year", &year), ("time", &time)];
        self.count("moment", at.day().into(), &texts)
    }

    /// A moment until which something lasts: the end of a day, where it is midnight.
    pub fn until(&self, at: DateTime<Utc>) -> String {
        let midnight = at.time() == NaiveTime::MIN;
        match at
            .checked_sub_signed(TimeDelta::days(1))
            .filter(|_| midnight)
        {
            Some(day) => self.with("end-of-day", &[("day", self.day(day))]),
            None => self.moment(at),
        }
    }

    /// A day.
    pub fn day(&self, at: DateTime<Utc>) -> String {
        let month = self.say(&format!("month-{}", at.month()));
        let year = at.year().to_string();
        let texts = [("month", month.as_str()), ("year", &year)];
        self.count("day", at.day().into(), &texts)
    }

    /// A price, such as `12.50 EUR a month`.
    pub fn price(&self, price: &Price) -> String {
        let per = price.per().text();
        let said = self.found(&format!("per-{per}"), None);
        let per = said.unwrap_or_else(|| self.with("per-other", &[("term", self.term(&per))]));
        let texts = [
            ("amount", price.amount()),
            ("currency", price.currency().to_owned()),
            ("per", per),
        ];
        self.with("price", &texts)
    }

    /// What the licences that are offered cost together, one price after another; nothing if there is none.
    pub fn total(&self, totals: &[Price]) -> Option<String> {
        let all: Vec<_> = totals.iter().map(|price| self.price(price)).collect();
        (!all.is_empty()).then(|| self.with("offer-total", &[("totals", all.join(" + "))]))
    }

    /// A term, such as `1 year`; the text itself if it is none.
    pub fn term(&self, text: &str) -> String {
        let Ok(term) = Term::try_from(text) else {
            return text.to_owned();
        };
        let parts = term.parts().into_iter().filter(|(_, number)| *number != 0);
        let parts = parts.map(|(unit, number)| self.number(unit, number));
        parts.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::of, *};

    #[test]
    fn numbers_and_dates_are_written_as_the_language_does() {
        let (english, spanish) = (of(None, "en"), of(None, "es"));
        let at: DateTime<Utc> = "2026-11-03T09:05:00Z".parse().unwrap();
        assert_eq!(english.moment(at), "3 November 2026, 09:05 UTC");
        assert_eq!(spanish.moment(at), "3 de noviembre de 2026, 09:05 UTC");
        assert_eq!(english.day(at), "3 November 2026");
        assert_eq!(
            (english.term("P1Y"), spanish.term("P1Y2M")),
            ("1 year".into(), "1 año, 2 meses".into())
        );
        assert_eq!(
            (english.term("P90D"), spanish.term("P1W")),
            ("90 days".into(), "1 semana".into())
        );
        assert_eq!(spanish.term("for ever"), "for ever");
        assert_eq!(english.say("nothing-such"), "nothing-such");
    }
}
