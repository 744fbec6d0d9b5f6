//! A date and time of day as templates print them.

/// A moment, given from outside: templates have no clock.
///
/// ```
/// use overt_nn::Moment;
/// let moment = Moment::parse("2024-07-26").unwrap();
/// assert_eq!(moment.format("%d %b %Y, %A"), "26 Jul 2024, Friday");
/// assert_eq!(Moment::parse("2024-13-01"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Year of our era.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Moment {
    /// Reads `2024-07-26` or `2024-07-26T09:30:00`; none if there is no such moment.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.trim_end_matches('Z').split_once('T').unwrap_or((text, "0:0:0"));
        let mut date = date.split('-');
        let mut time = time.split(':');
        let two = |part: Option<&str>| part.unwrap_or("0").parse::<u8>().ok();
        let year = date.next()?.parse().ok()?;
        let (month, day) = (two(date.next())?, two(date.next())?);
        let (hour, minute) = (two(time.next())?, two(time.next())?);
        let second = two(time.next())?;
        let moment = Self { year, month, day, hour, minute, second };
        let over = date.next().is_some() || time.next().is_some();
        (!over && moment.is_there()).then_some(moment)
    }

    fn is_there(self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=self.days_of(self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
            && self.year > 0
    }

    fn days_of(self, month: u8) -> u8 {
        let leaps = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match month {
            2 => 28 + u8::from(leaps),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// The day of the year, from 1.
    fn day_of_year(self) -> u16 {
        let before: u16 = (1..self.month).map(|month| u16::from(self.days_of(month))).sum();
        before + u16::from(self.day)
    }

    /// Days since a Sunday, as the Gregorian calendar counts.
    fn weekday(self) -> usize {
        let year = usize::from(self.year) - 1;
        (year + year / 4 - year / 100 + year / 400 + usize::from(self.day_of_year())) % 7
    }

    /// The moment in the letters of `strftime`; letters that are not known stay as they are.
    pub fn format(self, format: &str) -> String {
        let mut text = String::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                text.push(letter);
                continue;
            }
            let (plain, letter) = match letters.next() {
                Some('-') => (true, letters.next()),
                letter => (false, letter),
            };
            let Some(letter) = letter else {
                text.push('%');
                break;
            };
            text += &self.letter(letter, plain);
        }
        text
    }

    fn letter(self, letter: char, plain: bool) -> String {
        let number = |n: u16, width: usize| {
            if plain { n.to_string() } else { format!("{n:0width$}") }
        };
        let noon = if self.hour < 12 { "AM" } else { "PM" };
        let month = MONTHS.get(usize::from(self.month.wrapping_sub(1))).copied().unwrap_or("");
        let day = DAYS[self.weekday()];
        match letter {
            'Y' => format!("{:04}", self.year),
            'y' => number(self.year % 100, 2),
            'm' => number(self.month.into(), 2),
            'd' => number(self.day.into(), 2),
            'e' => format!("{:2}", self.day),
            'H' => number(self.hour.into(), 2),
            'I' => number(u16::from((self.hour + 11) % 12 + 1), 2),
            'M' => number(self.minute.into(), 2),
            'S' => number(self.second.into(), 2),
            'j' => number(self.day_of_year(), 3),
            'f' => "000000".into(),
            'p' => noon.into(),
            'B' => month.into(),
            'b' | 'h' => month.chars().take(3).collect(),
            'A' => day.into(),
            'a' => day.chars().take(3).collect(),
            'w' => self.weekday().to_string(),
            'F' => self.format("%Y-%m-%d"),
            'T' | 'X' => self.format("%H:%M:%S"),
            'R' => self.format("%H:%M"),
            'D' | 'x' => self.format("%m/%d/%y"),
            'c' => self.format("%a %b %e %H:%M:%S %Y"),
            'Z' | 'z' => String::new(),
            'n' => "\n".into(),
            't' => "\t".into(),
            '%' => "%".into(),
            other => format!("%{other}"),
        }
    }
}
