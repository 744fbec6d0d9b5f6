use crate::{ablate_channels, maps, observations, policies, random};
use overt_lens::{
    CHUNK, Examples, ProbePlan, integrated_gradients, move_cells, outputs, outputs_given,
    probabilities, probe, random_control, rows_per_cell, values_at,
};
use overt_nn::{Architecture, Policy, PolicyConfig};
use overt_site::Array;

fn rows(array: &Array, range: std::ops::Range<usize>) -> Array {
    let n = array.row_len();
    let shape = [&[range.len()], &array.shape[1..]].concat();
    Array::new(shape, array.values[range.start * n..range.end * n].to_vec())
}

/// At the extents of a real agent, where products are cut into blocks.
#[test]
fn a_row_gives_the_same_bits_in_any_batch_and_alone() {
    for architecture in [Architecture::Conv, Architecture::Impala] {
        let config = PolicyConfig {
            architecture,
            size: 9,
            features: 8,
            channels: 16,
            layers: 2,
            dense: 64,
            actions: 4,
        };
        let policy = Policy::init(config, 7).unwrap();
        let x = random(&[2 * CHUNK + 3, 9, 9, 8], 1);
        let whole = outputs(&policy, &x).unwrap();
        for range in [0..1, 7..8, 3..5, 100..2 * CHUNK + 1, 2 * CHUNK + 2..2 * CHUNK + 3] {
            let part = outputs(&policy, &rows(&x, range.clone())).unwrap();
            assert_eq!(part.logits, rows(&whole.logits, range.clone()), "{range:?}");
            assert_eq!(part.value, rows(&whole.value, range.clone()), "{range:?}");
        }
        let weights = random(&[x.rows(), 4], 2);
        let carried = |range: std::ops::Range<usize>| {
            let (x, weights) = (rows(&x, range.clone()), rows(&weights, range));
            let baseline = Array::zeros(x.shape.clone());
            integrated_gradients(&policy, &baseline, &x, &weights, 3).unwrap().values
        };
        let whole = carried(0..40);
        for range in [0..1, 17..18, 30..40] {
            assert_eq!(carried(range.clone()), rows(&whole, range.clone()), "{range:?}");
        }
    }
}

#[test]
fn many_rows_are_what_one_run_gives() {
    for policy in policies() {
        let x = observations(CHUNK, 1);
        let (one, mut trace) = policy.run(&x, &overt_site::Run::new().tap("embed.post")).unwrap();
        assert_eq!(outputs(&policy, &x).unwrap(), one);
        assert_eq!(probabilities(&policy, &x).unwrap(), one.probabilities());
        let values = values_at(&policy, &x, "embed.post").unwrap();
        assert_eq!(values, trace.take("embed.post").unwrap());
    }
}

#[test]
fn a_sites_own_values_change_nothing() {
    for policy in policies() {
        let x = observations(CHUNK + 1, 1);
        let plain = outputs(&policy, &x).unwrap();
        for site in policy.sites().names() {
            let values = values_at(&policy, &x, site).unwrap();
            assert_eq!(outputs_given(&policy, &x, site, &values).unwrap(), plain, "{site}");
        }
    }
}

/// Everything that runs on many cores, as one string of bytes.
fn everything(policy: &Policy) -> String {
    let x = observations(CHUNK + 40, 1);
    let weights = random(&[x.rows(), 4], 2);
    let site = &maps(policy)[3];
    let cells: Vec<usize> = (0..x.rows()).map(|b| b % 16).collect();
    let centre = vec![5; x.rows()];
    let moved = move_cells(policy, &x, site, &cells, &centre).unwrap();
    let control = random_control(policy, &x, &moved, 7).unwrap();
    let baseline = Array::zeros(x.shape.clone());
    let carried = integrated_gradients(policy, &baseline, &x, &weights, 5).unwrap();
    let ablated = ablate_channels(policy, &x, site, &[0.0; 6], &weights).unwrap();
    let (features, groups) = rows_per_cell(&moved.values);
    let labels: Vec<bool> = (0..groups.len()).map(|row| row % 16 == cells[row / 16]).collect();
    let data = Examples { features: &features, labels: &labels, groups: &groups };
    let probe = probe(data, &ProbePlan { n_resamples: 99, ..ProbePlan::new(7) }).unwrap();
    format!("{moved:?}{control:?}{carried:?}{ablated:?}{probe:?}")
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let threads = |n: usize| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
    for policy in policies() {
        let one = threads(1).install(|| everything(&policy));
        for n in [2, 4] {
            assert!(one == threads(n).install(|| everything(&policy)), "{n} threads");
        }
    }
}
