//! Laws of the products: what they are, and whose bits they keep.

use super::super::testing::{bits, in_every_pool, numbers};
use super::*;

/// Rows in every relation to the tallest tile and to the rows of one job.
const ROWS: [usize; 8] = [1, 2, 3, 4, 7, 64, 130, 400];

/// The formula in double precision, and the sum of the absolute products.
fn reference(a: Matrix<'_>, b: Matrix<'_>, bias: Option<&[f32]>) -> Vec<[f64; 2]> {
    let ([m, depth], n) = (a.shape, b.shape[1]);
    let element = |i: usize, j: usize| {
        let start = f64::from(bias.map_or(0.0, |bias| bias[j]));
        (0..depth).fold([start, start.abs()], |[sum, size], k| {
            let product = f64::from(a.at(i, k)) * f64::from(b.at(k, j));
            [sum + product, size + product.abs()]
        })
    };
    (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| element(i, j)).collect()
}

fn assert_close(got: &[f32], a: Matrix<'_>, b: Matrix<'_>, bias: Option<&[f32]>) {
    // Rounding errors of a sum add up like a random walk; 16 is more than it ever took.
    for (i, (got, [want, size])) in got.iter().zip(reference(a, b, bias)).enumerate() {
        let bound = 16.0 * f64::from(f32::EPSILON) / 2.0 * size;
        assert!((f64::from(*got) - want).abs() <= bound, "element {i}: {got} for {want}");
    }
}

fn contiguous(a: Matrix<'_>, b: Matrix<'_>, bias: Option<&[f32]>) -> Vec<f32> {
    let mut out = vec![f32::NAN; a.shape[0] * b.shape[1]];
    product(a, b, bias, &mut out, b.shape[1]);
    out
}

fn transpose_of(values: &[f32], [rows, cols]: [usize; 2]) -> Vec<f32> {
    (0..cols).flat_map(|col| (0..rows).map(move |row| values[row * cols + col])).collect()
}

#[test]
fn a_product_is_its_formula_wherever_the_factors_lie() {
    for (m, depth, n) in [(1, 1, 1), (3, 7, 5), (13, 300, 33), (25, 257, 97), (2, 600, 530)] {
        let (a, b, bias) = (numbers(1, m * depth), numbers(2, depth * n), numbers(3, n));
        let (a_turned, b_turned) = (transpose_of(&a, [m, depth]), transpose_of(&b, [depth, n]));
        let mut all = Vec::new();
        for a in [
            Matrix::row_major(&a, [m, depth]),
            Matrix::row_major(&a_turned, [depth, m]).transposed(),
        ] {
            for b in [
                Matrix::row_major(&b, [depth, n]),
                Matrix::row_major(&b_turned, [n, depth]).transposed(),
            ] {
                let got = contiguous(a, b, Some(&bias));
                assert_close(&got, a, b, Some(&bias));
                all.push(bits(&got));
            }
        }
        assert!(all.iter().all(|got| *got == all[0]), "bits of {m}×{depth}×{n}");
    }
}

#[test]
fn a_product_worked_by_hand() {
    let a = [1.0, 2.0, 3.0, 4.0];
    let b = [5.0, 6.0, 7.0, 8.0];
    let (a, b) = (Matrix::row_major(&a, [2, 2]), Matrix::row_major(&b, [2, 2]));
    assert_eq!(contiguous(a, b, Some(&[100.0, 200.0])), [119.0, 222.0, 143.0, 250.0]);
}

#[test]
fn a_row_keeps_its_bits_in_every_company_and_every_pool() {
    let depth = 530;
    let rows = *ROWS.iter().max().unwrap();
    let a = numbers(4, rows * depth);
    for n in [45, 160, 1100] {
        let (b, bias) = (numbers(5, depth * n), numbers(6, n));
        let turned = transpose_of(&b, [depth, n]);
        let stored = [
            Matrix::row_major(&b, [depth, n]),
            Matrix::row_major(&turned, [n, depth]).transposed(),
        ];
        let alone: Vec<u32> = (0..rows)
            .flat_map(|row| {
                let a = &a[row * depth..(row + 1) * depth];
                bits(&contiguous(Matrix::row_major(a, [1, depth]), stored[0], Some(&bias)))
            })
            .collect();
        for b in stored {
            for m in ROWS {
                // Once from the front and once from the back, so that rows change their place.
                for first in [0, rows - m] {
                    let a = Matrix::row_major(&a[first * depth..], [m, depth]);
                    let got = in_every_pool(|| contiguous(a, b, Some(&bias)));
                    assert!(bits(&got) == alone[first * n..(first + m) * n], "{m} rows, {n}");
                }
            }
        }
    }
}

#[test]
fn narrower_registers_give_the_same_bits() {
    let (m, depth, n) = (17, 300, 50);
    let (a, b) = (numbers(21, m * depth), numbers(22, depth * n));
    let (a, b) = (Matrix::row_major(&a, [m, depth]), Matrix::row_major(&b, [depth, n]));
    for way in [Way::Packed(PackedRows::of(a)), Way::InPlace(a.rows(0..5))] {
        let m = if matches!(way, Way::InPlace(_)) { 5 } else { m };
        let want = bits(&contiguous(a.rows(0..m), b, None));
        let with = |dispatch: &dyn Fn(Job<'_, '_>)| {
            let mut out = vec![0.0; m * n];
            let tile = &mut tiles(&mut out, n, [m, n], n)[0];
            dispatch(Job { way: &way, b, bias: None, buffer: &mut Vec::new(), tile });
            assert_eq!(bits(&out), want);
        };
        with(&|job| job.with_simd(pulp::Scalar::new()));
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            with(&|job| Simd::vectorize(simd, job));
        }
    }
}

#[test]
fn narrower_registers_pack_the_same_panels() {
    let depth = 50;
    for width in 1..=TALLEST {
        let a = numbers(23, width * depth);
        let source = Source {
            matrix: Matrix::row_major(&a, [width, depth]).transposed(),
            rows: [0, depth],
            cols: [0, width],
        };
        let mut packed = vec![f32::NAN; depth * width + BLOCK];
        let with = |packed: &mut [f32], dispatch: &dyn Fn(Pack<'_>)| {
            packed.fill(f32::NAN);
            dispatch(Pack { source, packed, width });
            assert_eq!(packed[..depth * width], transpose_of(&a, [width, depth]), "{width} rows");
        };
        with(&mut packed, &|pack| pack.with_simd(pulp::Scalar::new()));
        with(&mut packed, &|pack| Arch::new().dispatch(pack));
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            with(&mut packed, &|pack| Simd::vectorize(simd, pack));
        }
    }
}

#[test]
fn a_column_keeps_its_bits_whatever_other_columns_are_computed() {
    let (m, depth, n) = (9, 300, 70);
    let (a, b) = (numbers(7, m * depth), numbers(8, depth * n));
    let a = Matrix::row_major(&a, [m, depth]);
    let whole = contiguous(a, Matrix::row_major(&b, [depth, n]), None);
    for cols in [1, 16, 33] {
        let part = contiguous(a, Matrix::new(&b, [depth, cols], [n, 1]), None);
        for (part, whole) in part.chunks(cols).zip(whole.chunks(n)) {
            assert_eq!(bits(part), bits(&whole[..cols]));
        }
    }
}

#[test]
fn products_of_nothing_are_the_bias() {
    let (a, b) = (Matrix::row_major(&[], [2, 0]), Matrix::row_major(&[], [0, 2]));
    assert_eq!(contiguous(a, b, Some(&[1.0, 2.0])), [1.0, 2.0, 1.0, 2.0]);
    assert_eq!(contiguous(a, b, None), [0.0; 4]);
    let none = Matrix::row_major(&[], [0, 2]);
    assert!(contiguous(none, Matrix::row_major(&[1.0; 4], [2, 2]), None).is_empty());
    assert!(contiguous(Matrix::row_major(&[1.0; 4], [2, 2]), none.transposed(), None).is_empty());
}

#[test]
fn what_lies_between_the_rows_is_left_alone() {
    let (m, depth, n, stride) = (14, 5, 35, 40);
    let (a, b) = (numbers(9, m * depth), numbers(10, depth * n));
    let (a, b) = (Matrix::row_major(&a, [m, depth]), Matrix::row_major(&b, [depth, n]));
    let mut out = vec![7.0; (m - 1) * stride + n];
    product(a, b, None, &mut out, stride);
    for (got, want) in out.chunks(stride).zip(contiguous(a, b, None).chunks(n)) {
        assert_eq!(bits(&got[..n]), bits(want));
        assert!(got[n..].iter().all(|value| *value == 7.0));
    }
}

#[test]
fn what_is_not_finite_stays_in_its_row_and_column() {
    let (depth, n) = (40, 50);
    for m in [2, 20] {
        let (mut a, mut b) = (numbers(11, m * depth), numbers(12, depth * n));
        (a[depth + 3], b[5 * n + 4]) = (f32::NAN, f32::INFINITY);
        let (a, b) = (Matrix::row_major(&a, [m, depth]), Matrix::row_major(&b, [depth, n]));
        for (i, value) in contiguous(a, b, None).iter().enumerate() {
            assert_eq!(value.is_nan(), i / n == 1, "element {i}");
            assert_eq!(value.is_infinite(), i / n != 1 && i % n == 4, "element {i}");
        }
    }
}

#[test]
#[should_panic(expected = "a matrix [2, 3] with strides [3, 1] in 5 values")]
fn a_matrix_that_reaches_beyond_its_slice_is_refused() {
    Matrix::row_major(&[0.0; 5], [2, 3]);
}

/// `[sample, position, head, width]` as one matrix for each head.
fn heads(values: &[f32], [samples, positions, heads, width]: [usize; 4]) -> Batch<'_> {
    let first = Matrix::new(values, [positions, width], [heads * width, 1]);
    Batch::new(first, [samples, heads], [positions * heads * width, width])
}

fn turned<'a>(batch: &Batch<'a>) -> Batch<'a> {
    Batch { first: batch.first.transposed(), ..*batch }
}

#[test]
fn every_head_is_a_product_of_its_own() {
    for positions in [1, 5, 130] {
        let shape = [2, positions, 3, 20];
        let [q, k] = [13, 14].map(|seed| numbers(seed, shape.iter().product()));
        let (q, k) = (heads(&q, shape), turned(&heads(&k, shape)));
        let len = positions * positions;
        let scores = in_every_pool(|| {
            let mut scores = vec![0.0; 6 * len];
            batched(&q, &k, 0.5, &mut scores, Layout::Heads);
            scores
        });
        for (item, scores) in scores.chunks_exact(len).enumerate() {
            let want = contiguous(q.item(item), k.item(item), None);
            let want: Vec<f32> = want.iter().map(|value| value * 0.5).collect();
            assert_eq!(bits(scores), bits(&want));
        }
    }
}

#[test]
fn both_layouts_hold_the_same_rows() {
    let (positions, width) = (390, 5);
    let shape = [2, positions, 3, width];
    let (pattern, v) = (numbers(15, 6 * positions * 4), numbers(16, 2 * 4 * 3 * width));
    let pattern = Matrix::row_major(&pattern, [positions, 4]);
    let pattern = Batch::new(pattern, [2, 3], [3 * positions * 4, positions * 4]);
    let v = heads(&v, [2, 4, 3, width]);
    let [mut by_head, mut by_row] = [(); 2].map(|()| vec![0.0; shape.iter().product()]);
    batched(&pattern, &v, 1.0, &mut by_head, Layout::Heads);
    batched(&pattern, &v, 1.0, &mut by_row, Layout::Rows);
    for (i, row) in by_row.chunks_exact(width).enumerate() {
        let (sample, position, head) = (i / (3 * positions), i / 3 % positions, i % 3);
        let at = ((sample * 3 + head) * positions + position) * width;
        assert_eq!(bits(row), bits(&by_head[at..at + width]));
    }
}

#[test]
fn a_query_keeps_its_bits_in_every_number_of_queries() {
    let (keys, width) = (300, 24);
    let (pattern, v) = (numbers(17, 400 * keys), numbers(18, keys * width));
    let v = Batch::new(Matrix::row_major(&v, [keys, width]), [1, 1], [0, 0]);
    let of = |m: usize| {
        let pattern = Batch::new(Matrix::row_major(&pattern, [m, keys]), [1, 1], [0, 0]);
        let mut out = vec![0.0; m * width];
        batched(&pattern, &v, 1.0, &mut out, Layout::Heads);
        bits(&out)
    };
    let all = of(400);
    for m in ROWS {
        assert!(of(m) == all[..m * width], "{m} queries");
    }
}

#[test]
fn keys_without_weight_change_no_bit() {
    let (m, width) = (20, 24);
    for keys in [1, 60, 255, 256, 300] {
        for more in [1, 16, 300] {
            let all = keys + more;
            let mut pattern = numbers(19, m * all);
            for row in pattern.chunks_exact_mut(all) {
                row[keys..].fill(0.0);
                // Products that vanish below zero leave -0.0 in their sum.
                row[..keys].iter_mut().step_by(3).for_each(|value| *value *= 1e-38);
            }
            let v: Vec<f32> = numbers(20, all * width).iter().map(|v| v * 1e-8).collect();
            let of = |keys: usize| {
                let pattern = Matrix::new(&pattern, [m, keys], [all, 1]);
                contiguous(pattern, Matrix::row_major(&v, [keys, width]), None)
            };
            assert_eq!(bits(&of(keys)), bits(&of(all)), "{keys} keys and {more} more");
        }
    }
}

#[test]
fn a_batch_of_nothing_is_nothing() {
    let none = Batch::new(Matrix::row_major(&[], [0, 4]), [2, 3], [0, 0]);
    batched(&none, &turned(&none), 1.0, &mut [], Layout::Rows);
    let empty = Batch::new(Matrix::row_major(&[], [2, 0]), [1, 2], [0, 0]);
    let mut out = [1.0; 8];
    batched(&empty, &turned(&empty), 1.0, &mut out, Layout::Heads);
    assert_eq!(out, [0.0; 8]);
}
