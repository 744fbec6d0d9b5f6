//! Keys and values of positions that are computed already.

use burn::tensor::Tensor;

/// Keys (turned by their positions) and values of every layer, `[batch, pos, head, d_head]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cache {
    layers: Vec<(Tensor<4>, Tensor<4>)>,
}

impl Cache {
    /// Adds keys and values of further positions of a layer; all of that layer so far.
    pub(crate) fn extend(
        &mut self,
        layer: usize,
        k: Tensor<4>,
        v: Tensor<4>,
    ) -> (Tensor<4>, Tensor<4>) {
        let all = match self.layers.get(layer) {
            Some((earlier_k, earlier_v)) => (
                Tensor::cat(vec![earlier_k.clone(), k], 1),
                Tensor::cat(vec![earlier_v.clone(), v], 1),
            ),
            None => (k, v),
        };
        if layer < self.layers.len() {
            self.layers[layer] = all.clone();
        } else {
            self.layers.push(all.clone());
        }
        all
    }

    /// The first positions of a layer, once for each of so many cells.
    pub(crate) fn before(
        &self,
        layer: usize,
        positions: usize,
        cells: usize,
    ) -> (Tensor<4>, Tensor<4>) {
        let part = |x: &Tensor<4>| {
            let [_, _, heads, d_head] = x.dims();
            x.clone().narrow(1, 0, positions).expand([cells, positions, heads, d_head])
        };
        let (k, v) = &self.layers[layer];
        (part(k), part(v))
    }
}
