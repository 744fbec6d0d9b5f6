//! The weights of a language model on a device, by the part that reads them.

use super::adapter::LowRank;
use super::config::{HeadKind, LanguageConfig, NormKind, QkNorm};
use super::names::{Fused, MlpNames, Names, QkvNames};
use super::ops;
use super::source::{Projected, Source};
use crate::{Error, WeightSpec};
use burn::tensor::Tensor;

/// Spread of embeddings at the start of training (Radford et al. 2019).
const OF_TABLES: f32 = 0.02;

/// All weights.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) embed: Tensor<2>,
    /// What an adapter adds to the rows of the embedding.
    pub(crate) embed_adapter: Option<LowRank>,
    pub(crate) positions: Option<Tensor<2>>,
    pub(crate) types: Option<Tensor<2>>,
    pub(crate) embed_norm: Option<Norm>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) final_norm: Option<Norm>,
    pub(crate) head: Head,
}

/// Gain and bias of a norm.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Tensor<1>,
    pub(crate) bias: Option<Tensor<1>>,
}

/// One projection.
#[derive(Clone, Debug)]
pub(crate) struct Projection {
    pub(crate) weight: Tensor<2>,
    pub(crate) bias: Option<Tensor<1>>,
    pub(crate) in_first: bool,
    /// What an adapter adds.
    pub(crate) adapter: Option<LowRank>,
}

impl Projection {
    /// `x [batch, pos, in]` to `[batch, pos, out]`, with what an adapter adds.
    pub(crate) fn call(&self, x: Tensor<3>) -> Tensor<3> {
        self.call_seen(x, |added| added)
    }

    /// The same; what an adapter adds is seen, and may be changed, on the way.
    pub(crate) fn call_seen(
        &self,
        x: Tensor<3>,
        see: impl FnOnce(Tensor<3>) -> Tensor<3>,
    ) -> Tensor<3> {
        let [batch, pos, width] = x.dims();
        let x = x.reshape([batch * pos, width]);
        let base = |bias| ops::project(x.clone(), &self.weight, bias, self.in_first);
        let y = base(self.bias.as_ref());
        let out = y.dims()[1];
        let y = y.reshape([batch, pos, out]);
        let Some(adapter) = &self.adapter else { return y };
        let added = adapter.added(x.clone(), || base(None));
        y + see(added.reshape([batch, pos, out]))
    }

    /// The weight as `[in, out]`, with what an adapter adds.
    pub(crate) fn in_out(&self) -> Tensor<2> {
        let weight = match &self.adapter {
            None => self.weight.clone(),
            Some(adapter) => adapter.merged(self.weight.clone(), self.in_first),
        };
        if self.in_first { weight } else { weight.transpose() }
    }

    /// What is added to each output whatever the input, with what an adapter adds.
    pub(crate) fn constant(&self) -> Option<Tensor<1>> {
        let added = self.adapter.as_ref().and_then(LowRank::constant);
        match (self.bias.clone(), added) {
            (Some(bias), Some(added)) => Some(bias + added),
            (bias, added) => bias.or(added),
        }
    }
}

/// One layer.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) attn_before: Option<Norm>,
    pub(crate) attn_after: Option<Norm>,
    pub(crate) mlp_before: Option<Norm>,
    pub(crate) mlp_after: Option<Norm>,
    pub(crate) qkv: Qkv,
    pub(crate) qk_norm: Option<(Tensor<1>, Tensor<1>)>,
    pub(crate) attn_out: Projection,
    pub(crate) mlp: Mlp,
}

/// Projections to queries, keys and values.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each layer")]
pub(crate) enum Qkv {
    Apart([Projection; 3]),
    Fused(Projection, Fused),
}

/// Projections of an MLP.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each layer")]
pub(crate) enum Mlp {
    Plain { up: Projection, down: Projection },
    Gated { gate: Projection, up: Projection, down: Projection },
    Fused { gate_up: Projection, down: Projection },
}

impl Mlp {
    pub(crate) fn down(&self) -> &Projection {
        match self {
            Self::Plain { down, .. } | Self::Gated { down, .. } | Self::Fused { down, .. } => down,
        }
    }
}

/// From the residual stream to logits.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each layer")]
pub(crate) enum Head {
    Absent,
    Tied,
    Own(Projection),
    /// The transform before the tied embedding, its norm, and the bias of the logits.
    Masked {
        dense: Projection,
        norm: Norm,
        bias: Tensor<1>,
    },
}

impl Weights {
    /// The same weights as constants of a gradient tape.
    pub(crate) fn on_tape(&self) -> Self {
        Self {
            embed: tape(&self.embed),
            embed_adapter: self.embed_adapter.as_ref().map(LowRank::on_tape),
            positions: self.positions.as_ref().map(tape),
            types: self.types.as_ref().map(tape),
            embed_norm: self.embed_norm.as_ref().map(Norm::on_tape),
            blocks: self.blocks.iter().map(Block::on_tape).collect(),
            final_norm: self.final_norm.as_ref().map(Norm::on_tape),
            head: self.head.on_tape(),
        }
    }
}

fn tape<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
    tensor.clone().autodiff()
}

impl Norm {
    fn on_tape(&self) -> Self {
        Self { gain: tape(&self.gain), bias: self.bias.as_ref().map(tape) }
    }
}

impl Projection {
    fn on_tape(&self) -> Self {
        let (weight, bias) = (tape(&self.weight), self.bias.as_ref().map(tape));
        let adapter = self.adapter.as_ref().map(LowRank::on_tape);
        Self { weight, bias, in_first: self.in_first, adapter }
    }
}

impl Block {
    fn on_tape(&self) -> Self {
        let norm = |norm: &Option<Norm>| norm.as_ref().map(Norm::on_tape);
        Self {
            attn_before: norm(&self.attn_before),
            attn_after: norm(&self.attn_after),
            mlp_before: norm(&self.mlp_before),
            mlp_after: norm(&self.mlp_after),
            qkv: match &self.qkv {
                Qkv::Apart(parts) => Qkv::Apart(parts.each_ref().map(Projection::on_tape)),
                Qkv::Fused(all, order) => Qkv::Fused(all.on_tape(), *order),
            },
            qk_norm: self.qk_norm.as_ref().map(|(q, k)| (tape(q), tape(k))),
            attn_out: self.attn_out.on_tape(),
            mlp: self.mlp.on_tape(),
        }
    }
}

impl Mlp {
    fn on_tape(&self) -> Self {
        match self {
            Self::Plain { up, down } => Self::Plain { up: up.on_tape(), down: down.on_tape() },
            Self::Gated { gate, up, down } => {
                Self::Gated { gate: gate.on_tape(), up: up.on_tape(), down: down.on_tape() }
            }
            Self::Fused { gate_up, down } => {
                Self::Fused { gate_up: gate_up.on_tape(), down: down.on_tape() }
            }
        }
    }
}

impl Head {
    fn on_tape(&self) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Tied => Self::Tied,
            Self::Own(projection) => Self::Own(projection.on_tape()),
            Self::Masked { dense, norm, bias } => {
                Self::Masked { dense: dense.on_tape(), norm: norm.on_tape(), bias: tape(bias) }
            }
        }
    }
}

/// Takes the weights that a configuration asks for; where the head shows in the weights only, the
/// configuration learns of it here.
pub(crate) fn take<S: Source>(
    source: &mut S,
    config: &mut LanguageConfig,
    names: &Names,
) -> Result<Weights, Error> {
    let prefix = match names.prefix {
        prefix if source.has(&format!("{prefix}{}", names.embed)) => prefix,
        // Saved without a head.
        _ => "",
    };
    let head = head_name(source, names);
    match config.head.kind {
        HeadKind::Absent if source.has("cls.predictions.bias") => {
            config.head.kind = HeadKind::Masked;
        }
        // What the file says counts more than what the configuration says.
        HeadKind::Tied if source.has(head) => config.head.kind = HeadKind::Own,
        _ => {}
    }
    let mut taker = Taker { source, config: config.clone(), names, prefix, head };
    taker.all()
}

/// What the file calls the head: the family's own name, or that of most.
fn head_name<S: Source>(source: &S, names: &Names) -> &'static str {
    const USUAL: &str = "lm_head.weight";
    if !source.has(names.head) && source.has(USUAL) { USUAL } else { names.head }
}

struct Taker<'a, S> {
    source: &'a mut S,
    config: LanguageConfig,
    names: &'a Names,
    prefix: &'a str,
    head: &'static str,
}

impl<S: Source> Taker<'_, S> {
    fn all(&mut self) -> Result<Weights, Error> {
        let (c, names, prefix) = (self.config.clone(), self.names, self.prefix);
        let at = |name: &str| format!("{prefix}{name}");
        let embed = self.matrix(&at(names.embed), [c.vocab, c.d_model], OF_TABLES)?;
        Ok(Weights {
            embed_adapter: self.source.adapter(&Projected {
                name: at(names.embed).trim_end_matches(".weight"),
                weight: &embed,
                inputs: c.vocab,
                outputs: c.d_model,
                in_first: true,
            })?,
            embed,
            positions: if c.embedding.positions {
                Some(self.matrix(&at(names.positions), [c.context, c.d_model], OF_TABLES)?)
            } else {
                None
            },
            types: match c.embedding.types {
                Some(n) => Some(self.matrix(&at(names.types), [n, c.d_model], OF_TABLES)?),
                None => None,
            },
            embed_norm: self.norm(&at(""), names.embed_norm)?,
            blocks: (0..c.layers.len()).map(|layer| self.block(layer)).collect::<Result<_, _>>()?,
            final_norm: if c.head.norm { self.norm(&at(""), names.final_norm)? } else { None },
            head: self.head()?,
        })
    }

    fn block(&mut self, layer: usize) -> Result<Block, Error> {
        let (c, names) = (self.config.clone(), self.names);
        let at = format!("{}{}{layer}.", self.prefix, names.layer);
        let (q, kv) = (c.heads * c.d_head, c.kv_heads * c.d_head);
        let bias = c.attention.qkv_bias;
        let qkv = match names.qkv {
            QkvNames::Apart([query, key, value]) => Qkv::Apart([
                self.projection(&format!("{at}{query}"), [c.d_model, q], bias)?,
                self.projection(&format!("{at}{key}"), [c.d_model, kv], bias)?,
                self.projection(&format!("{at}{value}"), [c.d_model, kv], bias)?,
            ]),
            QkvNames::Fused(name, order) => {
                let shape = [c.d_model, q + 2 * kv];
                Qkv::Fused(self.projection(&format!("{at}{name}"), shape, bias)?, order)
            }
        };
        let qk_norm = match c.attention.qk_norm {
            None => None,
            Some(kind) => {
                let (of_q, of_k) = match kind {
                    QkNorm::PerHead => (c.d_head, c.d_head),
                    QkNorm::Whole => (q, kv),
                };
                let q = self.gain(&format!("{at}self_attn.q_norm.weight"), of_q)?;
                Some((q, self.gain(&format!("{at}self_attn.k_norm.weight"), of_k)?))
            }
        };
        Ok(Block {
            attn_before: self.norm(&at, names.norms.attn_before)?,
            attn_after: self.norm(&at, names.norms.attn_after)?,
            mlp_before: self.norm(&at, names.norms.mlp_before)?,
            mlp_after: self.norm(&at, names.norms.mlp_after)?,
            qkv,
            qk_norm,
            attn_out: self.projection(
                &format!("{at}{}", names.attn_out),
                [q, c.d_model],
                c.attention.out_bias,
            )?,
            mlp: self.mlp(&at)?,
        })
    }

    fn mlp(&mut self, at: &str) -> Result<Mlp, Error> {
        let LanguageConfig { d_model, d_mlp, mlp, .. } = self.config;
        let names = self.names.mlp;
        let mut take = |name: &str, inputs: usize, outputs: usize| {
            self.projection(&format!("{at}{name}"), [inputs, outputs], mlp.bias)
        };
        Ok(match names {
            MlpNames::Plain { up, down } => {
                Mlp::Plain { up: take(up, d_model, d_mlp)?, down: take(down, d_mlp, d_model)? }
            }
            MlpNames::Gated { gate, up, down } => Mlp::Gated {
                gate: take(gate, d_model, d_mlp)?,
                up: take(up, d_model, d_mlp)?,
                down: take(down, d_mlp, d_model)?,
            },
            MlpNames::Fused { gate_up, down } => Mlp::Fused {
                gate_up: take(gate_up, d_model, 2 * d_mlp)?,
                down: take(down, d_mlp, d_model)?,
            },
        })
    }

    fn head(&mut self) -> Result<Head, Error> {
        let LanguageConfig { vocab, d_model, head, .. } = self.config;
        let at = self.head;
        Ok(match head.kind {
            HeadKind::Absent => Head::Absent,
            HeadKind::Tied => Head::Tied,
            HeadKind::Own => {
                let weight = self.matrix(at, [vocab, d_model], OF_TABLES)?;
                Head::Own(Projection { weight, bias: None, in_first: false, adapter: None })
            }
            HeadKind::Masked => Head::Masked {
                dense: self.projection(
                    &format!("{at}transform.dense"),
                    [d_model, d_model],
                    true,
                )?,
                norm: self.named_norm(&format!("{at}transform.LayerNorm"))?,
                bias: self.masked_bias(vocab)?,
            },
        })
    }

    /// The bias of the logits, which some files hold twice; the decoder's is the one that counts.
    fn masked_bias(&mut self, vocab: usize) -> Result<Tensor<1>, Error> {
        let bias = self.bias(&format!("{}bias", self.head), vocab)?;
        let of_decoder = format!("{}decoder.bias", self.head);
        if self.source.has(&of_decoder) { self.bias(&of_decoder, vocab) } else { Ok(bias) }
    }

    fn norm(&mut self, at: &str, name: &str) -> Result<Option<Norm>, Error> {
        if name.is_empty() { Ok(None) } else { self.named_norm(&format!("{at}{name}")).map(Some) }
    }

    fn named_norm(&mut self, name: &str) -> Result<Norm, Error> {
        let d_model = self.config.d_model;
        let with_bias = self.config.norm.kind == NormKind::Layer;
        // Files from before 2019 are converted on the way, and keep the older names.
        let older = self.source.has(&format!("{name}.gamma"));
        let (gain, bias) = if older { ("gamma", "beta") } else { ("weight", "bias") };
        Ok(Norm {
            gain: self.gain(&format!("{name}.{gain}"), d_model)?,
            bias: if with_bias {
                Some(self.bias(&format!("{name}.{bias}"), d_model)?)
            } else {
                None
            },
        })
    }

    fn projection(
        &mut self,
        name: &str,
        [inputs, outputs]: [usize; 2],
        bias: bool,
    ) -> Result<Projection, Error> {
        let in_first = self.names.in_first;
        let shape = if in_first { [inputs, outputs] } else { [outputs, inputs] };
        // Outputs of the size of the inputs (LeCun et al. 1998, section 4.6).
        let spread = (inputs as f32).sqrt().recip();
        let weight = self.matrix(&format!("{name}.weight"), shape, spread)?;
        let adapter =
            self.source.adapter(&Projected { name, weight: &weight, inputs, outputs, in_first })?;
        Ok(Projection {
            weight,
            adapter,
            bias: if bias { Some(self.bias(&format!("{name}.bias"), outputs)?) } else { None },
            in_first,
        })
    }

    fn matrix(&mut self, name: &str, shape: [usize; 2], spread: f32) -> Result<Tensor<2>, Error> {
        self.source.take(WeightSpec::new(name, &shape, spread))
    }

    /// The gain of a norm, which starts as one.
    fn gain(&mut self, name: &str, n: usize) -> Result<Tensor<1>, Error> {
        let one = if self.config.norm.unit_offset { 0.0 } else { 1.0 };
        self.source.take(WeightSpec::new(name, &[n], 0.0).with_mean(one))
    }

    fn bias(&mut self, name: &str, n: usize) -> Result<Tensor<1>, Error> {
        self.source.take(WeightSpec::new(name, &[n], 0.0))
    }
}
