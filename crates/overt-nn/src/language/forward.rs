//! From tokens to logits; the watch sees every intermediate.

use super::attention;
use super::ops;
use super::pass::Forward;
use super::watch::Watch;
use super::weights::{Block, Head, Mlp, Norm, Projection};
use burn::tensor::{Int, Tensor, TensorData};
use overt_site::Real;

impl<T: Real, W: Watch> Forward<'_, T, W> {
    /// Token ids `[batch, pos]` to logits `[batch, pos, vocab]`, or to the last stream of a model
    /// without a head.
    pub(crate) fn call(&mut self, ids: Tensor<2, Int>) -> Tensor<3> {
        let mut stream = self.embed(ids);
        for layer in 0..self.config.layers.len() {
            stream = self.block(layer, stream);
        }
        self.unembed(stream, None)
    }

    /// Token ids to the residual stream before the first block.
    pub(crate) fn embed(&mut self, ids: Tensor<2, Int>) -> Tensor<3> {
        let [batch, pos] = ids.dims();
        let d_model = self.config.d_model;
        let rows = |table: &Tensor<2>, ids: Tensor<1, Int>| {
            table.clone().select(0, ids).reshape([batch, pos, d_model])
        };
        let device = ids.device();
        let ids = ids.reshape([batch * pos]);
        let mut x = rows(&self.weights.embed, ids.clone());
        if let Some(adapter) = &self.weights.embed_adapter {
            let added = adapter.added_to_rows(ids).reshape([batch, pos, d_model]);
            x = x + self.watch.at("embed.lora", added);
        }
        if let Some(scale) = self.config.embedding.scale {
            x = x * scale;
        }
        let mut x = self.watch.at("embed", x);
        if let Some(table) = &self.weights.positions {
            let there: Vec<i64> = self.layout.positions().map(|at| at as i64).collect();
            let there = Tensor::from_data(TensorData::new(there, [batch * pos]), &device);
            x = x + self.watch.at("pos_embed", rows(table, there));
        }
        if let Some(table) = &self.weights.types {
            let zeros = Tensor::<1, Int>::zeros([batch * pos], &device);
            x = x + self.watch.at("type_embed", rows(table, zeros));
        }
        match &self.weights.embed_norm {
            Some(norm) => self.norm("embed_norm", norm, x),
            None => x,
        }
    }

    /// One block: from the stream before it to the stream after it.
    pub(crate) fn block(&mut self, layer: usize, stream: Tensor<3>) -> Tensor<3> {
        let weights = self.weights;
        let block = &weights.blocks[layer];
        let before = self.watch.at(&format!("blocks.{layer}.resid_pre"), stream);
        let attn = format!("blocks.{layer}.attn");
        let x = self.enter(&attn, block.attn_before.as_ref(), before.clone());
        let out = attention::attend(self, layer, x);
        let before = self.layout.keep(before);
        let middle = self.leave(&attn, block.attn_after.as_ref(), out, before.clone());
        let mlp = format!("blocks.{layer}.mlp");
        let (read, middle) = if self.config.block.parallel {
            (before, middle)
        } else {
            let middle = self.watch.at(&format!("blocks.{layer}.resid_mid"), middle);
            (middle.clone(), middle)
        };
        let x = self.enter(&mlp, block.mlp_before.as_ref(), read);
        let out = self.mlp(&mlp, block, x);
        let after = self.leave(&mlp, block.mlp_after.as_ref(), out, middle);
        self.watch.at(&format!("blocks.{layer}.resid_post"), after)
    }

    /// What a module reads of the stream.
    fn enter(&mut self, module: &str, norm: Option<&Norm>, stream: Tensor<3>) -> Tensor<3> {
        let x = match norm {
            Some(norm) => self.norm(&format!("{module}.norm"), norm, stream),
            None => stream,
        };
        self.watch.at(&format!("{module}.in"), x)
    }

    /// What a module makes of the stream.
    fn leave(
        &mut self,
        module: &str,
        norm: Option<&Norm>,
        out: Tensor<3>,
        stream: Tensor<3>,
    ) -> Tensor<3> {
        let out = self.watch.at(&format!("{module}.out"), out);
        let block = self.config.block;
        let added = match norm {
            Some(norm) if block.norm_after => self.norm(&format!("{module}.post_norm"), norm, out),
            _ => out,
        };
        let sum = stream + self.watch.at(&format!("{module}.added"), added);
        match norm {
            Some(norm) if block.norm_sum => self.norm(&format!("{module}.sum_norm"), norm, sum),
            _ => sum,
        }
    }

    fn mlp(&mut self, at: &str, block: &Block, x: Tensor<3>) -> Tensor<3> {
        let kind = self.config.mlp.activation;
        let (gate, linear) = match &block.mlp {
            Mlp::Plain { up, .. } => (self.through(at, "up", up, x), None),
            Mlp::Gated { gate, up, .. } => {
                let gated = self.through(at, "gate", gate, x.clone());
                (gated, Some(self.through(at, "up", up, x)))
            }
            Mlp::Fused { gate_up, .. } => {
                let (both, width) = (self.through(at, "gate_up", gate_up, x), self.config.d_mlp);
                (both.clone().narrow(2, 0, width), Some(both.narrow(2, width, width)))
            }
        };
        let pre = self.watch.at(&format!("{at}.pre"), gate);
        let mut post = ops::activate(pre, kind);
        if let Some(linear) = linear {
            post = post * self.watch.at(&format!("{at}.pre_linear"), linear);
        }
        let post = self.watch.at(&format!("{at}.post"), post);
        self.through(at, "down", block.mlp.down(), post)
    }

    /// Through a projection of a module; what an adapter adds is a site.
    pub(crate) fn through(
        &mut self,
        module: &str,
        name: &str,
        projection: &Projection,
        x: Tensor<3>,
    ) -> Tensor<3> {
        projection.call_seen(x, |added| self.watch.at(&format!("{module}.{name}.lora"), added))
    }

    /// A norm over the last axis, with its scale and what it gives before its gain as sites.
    fn norm(&mut self, at: &str, norm: &Norm, x: Tensor<3>) -> Tensor<3> {
        let [batch, pos, width] = x.dims();
        let (shape, config) = ([batch * pos, width], &self.config.norm);
        let x = x.reshape(shape);
        let scale = ops::norm_scale(x.clone(), config).reshape([batch, pos]);
        let scale = self.watch.at(&format!("{at}.scale"), scale);
        let normalized = ops::norm_divide(x, scale.reshape([batch * pos, 1]), config);
        let normalized = normalized.reshape([batch, pos, width]);
        let normalized = self.watch.at(&format!("{at}.normalized"), normalized);
        let gain = self.gain(&norm.gain);
        let y = ops::norm_affine(normalized.reshape(shape), gain, norm.bias.as_ref());
        y.reshape([batch, pos, width])
    }

    /// The last stream to logits: all, or some columns of them.
    pub(crate) fn unembed(&mut self, stream: Tensor<3>, columns: Option<&[u32]>) -> Tensor<3> {
        let weights = self.weights;
        let mut x = match &weights.final_norm {
            Some(norm) => self.norm("final_norm", norm, stream),
            None => stream,
        };
        let mut bias = None;
        match &weights.head {
            Head::Absent => return self.watch.at("hidden", x),
            Head::Tied | Head::Own(_) => {}
            Head::Masked { dense, norm, bias: of_logits } => {
                let pre = self.watch.at("head.pre", dense.call(x));
                let post = ops::activate(pre, self.config.mlp.activation);
                let post = self.watch.at("head.post", post);
                x = self.norm("head_norm", norm, post);
                bias = Some(of_logits.clone());
            }
        }
        let x = self.watch.at("unembed.in", x);
        let [batch, pos, d_model] = x.dims();
        let matrix = match &weights.head {
            Head::Own(projection) => &projection.weight,
            _ => &weights.embed,
        };
        let mut matrix = matrix.clone();
        if let Some(columns) = columns {
            let columns: Vec<i64> = columns.iter().map(|token| i64::from(*token)).collect();
            let n = columns.len();
            let columns = Tensor::from_data(TensorData::new(columns, [n]), &x.device());
            bias = bias.map(|bias| bias.select(0, columns.clone()));
            matrix = matrix.select(0, columns);
        }
        let width = matrix.dims()[0];
        let x = x.reshape([batch * pos, d_model]);
        let logits = ops::project(x, &matrix, bias.as_ref(), false);
        let mut logits = logits.reshape([batch, pos, width]);
        if let Some(cap) = self.config.head.soft_cap {
            logits = ops::soft_cap(logits, cap);
        }
        self.watch.at("logits", logits)
    }
}
