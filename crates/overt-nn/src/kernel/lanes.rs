//! Sums of rows in an order that knows neither the registers nor what follows the row.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

/// Partial sums of a row: number `j` belongs to lane `j` modulo 16.
const LANES: usize = 16;
/// Numbers after which the lanes begin anew, lest a long row be one long sum.
const BLOCK: usize = 64 * LANES;
/// Numbers that one job works on, about.
const JOB: usize = 1 << 14;

/// `Σ_j values[j]`; zeros appended change no bit.
#[inline(always)]
pub(super) fn sum(values: &[f32]) -> f32 {
    reduce(values, values, |sum, x, _| sum + x)
}

/// `Σ_j a[j]·b[j]`; zeros appended change no bit.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    reduce(a, b, |sum, a, b| a.mul_add(b, sum))
}

#[inline(always)]
fn reduce(a: &[f32], b: &[f32], add: impl Fn(f32, f32, f32) -> f32) -> f32 {
    let mut total = [0.0; LANES];
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let mut lanes = [0.0; LANES];
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        for (a, b) in a.iter().zip(b) {
            for j in 0..LANES {
                lanes[j] = add(lanes[j], a[j], b[j]);
            }
        }
        for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
            *lane = add(*lane, *a, *b);
        }
        for (total, lane) in total.iter_mut().zip(lanes) {
            *total += lane;
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for j in 0..width {
            total[j] += total[j + width];
        }
        width /= 2;
    }
    total[0]
}

/// The largest number, or -∞ if there is none; what is not a number is passed over.
#[inline(always)]
pub(super) fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = values.as_chunks::<LANES>();
    for values in whole {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    rest.iter().chain(&lanes).fold(f32::NEG_INFINITY, |most, value| most.max(*value))
}

/// Rows of `width` numbers that make up one job.
pub(super) fn rows_of_job(width: usize) -> usize {
    JOB.div_ceil(width.max(1))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bits, numbers};
    use super::*;

    #[test]
    fn sums_are_their_formulas() {
        for len in [0, 1, 15, 16, 17, 1023, 1024, 1025, 50_257] {
            let (a, b) = (numbers(1, len), numbers(2, len));
            let exact = |a: &[f32], b: &[f32]| -> f64 {
                a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
            };
            let ones = vec![1.0; len];
            let bound = 4.0 * f64::from(f32::EPSILON) * (len as f64).sqrt();
            assert!((f64::from(sum(&a)) - exact(&a, &ones)).abs() <= bound, "sum of {len}");
            assert!((f64::from(dot(&a, &b)) - exact(&a, &b)).abs() <= bound, "product of {len}");
        }
        assert_eq!(sum(&[1.0, 2.0, 3.0]), 6.0);
        assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
    }

    #[test]
    fn zeros_appended_change_no_bit() {
        let mut a = numbers(3, 3000);
        for len in [1, 16, 40, 1024, 1500] {
            a.copy_from_slice(&numbers(3, 3000));
            a[len..].fill(0.0);
            let b = numbers(4, 3000);
            for longer in [len + 1, len + 16, 3000] {
                let sums = [sum(&a[..len]), dot(&a[..len], &b[..len])];
                let longer = [sum(&a[..longer]), dot(&a[..longer], &b[..longer])];
                assert_eq!(bits(&sums), bits(&longer));
            }
        }
    }

    #[test]
    fn the_largest_number_is_found_everywhere() {
        for len in [1, 16, 33] {
            for at in 0..len {
                let mut values = vec![-3.0; len];
                values[at] = -2.0;
                assert_eq!(largest(&values), -2.0);
            }
        }
        assert_eq!(largest(&[]), f32::NEG_INFINITY);
        assert_eq!(largest(&[f32::NAN, 1.0]), 1.0);
    }
}
