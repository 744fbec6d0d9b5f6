use crate::{map_values, sites};
use burn::tensor::{Device, Tensor};
use overt_site::{Array, Edit, Error, Pass, Run};

/// `Σ v²` of what the site holds after the run's edits, and its gradient there: `2 v`.
fn squares(run: &Run) -> (Array, Array) {
    let values = map_values(1);
    let mut pass = Pass::begin(&sites(), run, 1).unwrap();
    assert!(pass.differentiates());
    let value: Tensor<4> = values.tensor(&Device::flex().autodiff());
    let value = pass.at("conv.0.post", value);
    let gradients = (value.clone() * value.clone()).sum().backward();
    let mut found = pass.gradients(&gradients).unwrap();
    (Array::of(value.inner()), found.remove("conv.0.post").unwrap())
}

#[test]
fn the_gradient_is_taken_at_the_value_after_the_edits() {
    let run = Run::new().gradient("conv.0.post");
    let (value, gradient) = squares(&run);
    assert_eq!(value, map_values(1));
    assert_eq!(gradient.values[..3], [2.0, 4.0, 6.0]);

    let (value, gradient) = squares(&run.edit("conv.0.post", Edit::scale(-0.5)));
    assert_eq!(value.values[..3], [-0.5, -1.0, -1.5]);
    assert_eq!(gradient.values[..3], [-1.0, -2.0, -3.0]);
}

#[test]
fn a_scalar_that_does_not_depend_on_the_site_has_no_gradient_there() {
    let run = Run::<f32>::new().gradient("conv.0.post").gradient("dense.post");
    let mut pass = Pass::begin(&sites(), &run, 1).unwrap();
    let device = Device::flex().autodiff();
    let map: Tensor<4> = map_values(1).tensor(&device);
    let map = pass.at("conv.0.post", map);
    pass.at("dense.post", Tensor::<2>::ones([1, 2], &device));
    let error = pass.gradients(&map.sum().backward()).unwrap_err();
    assert_eq!(error, Error::NoGradient { site: "dense.post".into() });
}

/// What is followed is what the next layer gets, and a gradient goes through what it was turned into.
#[test]
fn a_loss_follows_a_site_and_turns_its_value_on_the_way() {
    let device = Device::flex().autodiff();
    let own = map_values(2);
    let leaf: Tensor<4> = own.tensor::<4>(&device).require_grad();
    let mut pass =
        Pass::<f32>::plain().follow("conv.0.post").through("conv.0.post", |rows| rows * 3.0);
    let turned = pass.at("conv.0.post", leaf.clone());
    let followed = pass.followed("conv.0.post").unwrap();
    assert_eq!(followed.dims(), [2, 12]);
    let expected: Vec<f32> = own.values.iter().map(|value| value * 3.0).collect();
    assert_eq!(Array::<f32>::of(turned.inner()).values, expected);
    assert_eq!(Array::<f32>::of(followed.clone().inner()).values, expected);
    pass.finish().unwrap();
    let slopes = followed.square().sum().backward();
    let slope = Array::<f32>::of(leaf.grad(&slopes).unwrap()).values;
    assert!(slope.iter().zip(&own.values).all(|(slope, own)| *slope == 18.0 * own));
}

#[test]
fn a_site_that_a_loss_asks_for_and_never_meets_is_an_error() {
    let followed = Pass::<f32>::plain().follow("dense.post");
    assert!(matches!(followed.finish(), Err(Error::NeverFired { site }) if site == "dense.post"));
    let turned = Pass::<f32>::plain().through("dense.post", |rows| rows);
    assert!(matches!(turned.finish(), Err(Error::NeverFired { site }) if site == "dense.post"));
    let mut plain = Pass::<f32>::plain();
    assert!(matches!(plain.followed("dense.post"), Err(Error::NotTapped { .. })));
}
