//! Every site of a language model, complete before any run.

use super::config::{HeadKind, LanguageConfig};
use overt_site::{Axis, SiteSpec, Sites};

impl LanguageConfig {
    /// Every site of a run over this many positions.
    pub fn sites(&self, positions: usize) -> Sites {
        list(self, [positions, positions])
    }
}

/// The sites of a pass over this many positions, which look at this many keys, in the order of the
/// forward pass.
pub(crate) fn list(c: &LanguageConfig, [pos, keys]: [usize; 2]) -> Sites {
    let at = Extents { c, pos, keys };
    let mut sites = vec![at.stream("embed")];
    if c.embedding.positions {
        sites.push(at.stream("pos_embed"));
    }
    if c.embedding.types.is_some() {
        sites.push(at.stream("type_embed"));
    }
    if c.embedding.norm {
        sites.extend(at.norm("embed_norm"));
    }
    for layer in 0..c.layers.len() {
        sites.extend(at.block(layer));
    }
    if c.head.norm {
        sites.extend(at.norm("final_norm"));
    }
    match c.head.kind {
        HeadKind::Absent => sites.push(at.stream("hidden")),
        HeadKind::Tied | HeadKind::Own => sites.extend(at.unembed()),
        HeadKind::Masked => {
            sites.extend([at.stream("head.pre"), at.stream("head.post")]);
            sites.extend(at.norm("head_norm"));
            sites.extend(at.unembed());
        }
    }
    Sites::new(sites)
}

struct Extents<'a> {
    c: &'a LanguageConfig,
    pos: usize,
    keys: usize,
}

impl Extents<'_> {
    fn stream(&self, name: impl Into<String>) -> SiteSpec {
        SiteSpec::new(name, &[(Axis::Pos, self.pos), (Axis::DModel, self.c.d_model)])
    }

    fn neurons(&self, name: String) -> SiteSpec {
        SiteSpec::new(name, &[(Axis::Pos, self.pos), (Axis::Neuron, self.c.d_mlp)])
    }

    fn heads(&self, name: String, heads: usize) -> SiteSpec {
        let axes = [(Axis::Pos, self.pos), (Axis::Head, heads), (Axis::DHead, self.c.d_head)];
        SiteSpec::new(name, &axes)
    }

    fn square(&self, name: String) -> SiteSpec {
        let axes = [(Axis::Head, self.c.heads), (Axis::Pos, self.pos), (Axis::KeyPos, self.keys)];
        SiteSpec::new(name, &axes)
    }

    fn norm(&self, name: &str) -> [SiteSpec; 2] {
        [
            SiteSpec::new(format!("{name}.scale"), &[(Axis::Pos, self.pos)]),
            self.stream(format!("{name}.normalized")),
        ]
    }

    fn unembed(&self) -> [SiteSpec; 2] {
        let axes = [(Axis::Pos, self.pos), (Axis::Vocab, self.c.vocab)];
        [self.stream("unembed.in"), SiteSpec::new("logits", &axes)]
    }

    fn block(&self, layer: usize) -> Vec<SiteSpec> {
        let c = self.c;
        let at = |name: &str| format!("blocks.{layer}.{name}");
        let mut sites = vec![self.stream(at("resid_pre"))];
        self.module(&mut sites, layer, "attn", Self::attention);
        if !c.block.parallel {
            sites.push(self.stream(at("resid_mid")));
        }
        self.module(&mut sites, layer, "mlp", Self::mlp);
        sites.push(self.stream(at("resid_post")));
        sites
    }

    /// What stands around a module: norms, what it reads, what it gives, what is added.
    fn module(
        &self,
        sites: &mut Vec<SiteSpec>,
        layer: usize,
        module: &str,
        inside: fn(&Self, &str) -> Vec<SiteSpec>,
    ) {
        let at = format!("blocks.{layer}.{module}");
        let block = self.c.block;
        if block.norm_before {
            sites.extend(self.norm(&format!("{at}.norm")));
        }
        sites.push(self.stream(format!("{at}.in")));
        sites.extend(inside(self, &at));
        sites.push(self.stream(format!("{at}.out")));
        if block.norm_after {
            sites.extend(self.norm(&format!("{at}.post_norm")));
        }
        sites.push(self.stream(format!("{at}.added")));
        if block.norm_sum {
            sites.extend(self.norm(&format!("{at}.sum_norm")));
        }
    }

    fn attention(&self, at: &str) -> Vec<SiteSpec> {
        let c = self.c;
        let (q, k) = (c.heads, c.kv_heads);
        let mut sites = vec![
            self.heads(format!("{at}.q"), q),
            self.heads(format!("{at}.k"), k),
            self.heads(format!("{at}.v"), k),
        ];
        if c.attention.qk_norm.is_some() {
            sites.push(self.heads(format!("{at}.q_normed"), q));
            sites.push(self.heads(format!("{at}.k_normed"), k));
        }
        if c.layers.iter().any(|layer| layer.rotary.is_some()) {
            sites.push(self.heads(format!("{at}.q_rot"), q));
            sites.push(self.heads(format!("{at}.k_rot"), k));
        }
        let result = [(Axis::Pos, self.pos), (Axis::Head, q), (Axis::DModel, c.d_model)];
        sites.extend([
            self.square(format!("{at}.scores")).masked(),
            self.square(format!("{at}.pattern")),
            self.heads(format!("{at}.z"), q),
            SiteSpec::new(format!("{at}.result"), &result).read_out(),
        ]);
        sites
    }

    fn mlp(&self, at: &str) -> Vec<SiteSpec> {
        let mut sites = vec![self.neurons(format!("{at}.pre"))];
        if self.c.mlp.gated {
            sites.push(self.neurons(format!("{at}.pre_linear")));
        }
        sites.push(self.neurons(format!("{at}.post")));
        sites
    }
}
