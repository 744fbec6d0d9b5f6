use crate::{TINY, tiny_with};
use overt_fault::Hint;
use overt_train::Error;
use overt_train::maze::{PpoRecipe, Recipe};

#[track_caller]
fn check((from, to): (&str, &str), expected: &str) {
    let error = Recipe::parse(&tiny_with(from, to)).unwrap_err();
    assert!(matches!(error, Error::BadRecipe { .. }), "{error}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn numbers_out_of_range_are_named() {
    check(("steps = 960", "steps = 0"), "recipe: `steps` is 0, expected at least 1");
    check(("n_envs = 40", "n_envs = 0"), "recipe: `ppo.n_envs` is 0, expected 1 to 4096");
    check(("horizon = 8", "horizon = 9_999"), "recipe: `ppo.horizon` is 9999, expected 1 to 4096");
    check(("epochs = 2", "epochs = 0"), "recipe: `ppo.epochs` is 0, expected 1 to 100");
    for minibatches in ["0", "7"] {
        check(
            ("minibatches = 1", &format!("minibatches = {minibatches}")),
            &format!(
                "recipe: `ppo.minibatches` is {minibatches}, expected a divisor of n_envs * horizon"
            ),
        );
    }
    let with = |field: &str| format!("epochs = 2, {field}");
    check(
        ("epochs = 2", &with("learning_rate = nan")),
        "recipe: `ppo.learning_rate` is NaN, expected 1e-7 to 1",
    );
    check(("epochs = 2", &with("hold = 1.0")), "recipe: `ppo.hold` is 1, expected 0 to 0.99");
    check(("epochs = 2", &with("gamma = 1.5")), "recipe: `ppo.gamma` is 1.5, expected 0 to 1");
    check(("epochs = 2", &with("clip = -1.0")), "recipe: `ppo.clip` is -1, expected 0.001 to 1");
    check(
        ("epochs = 2", &with("max_norm = inf")),
        "recipe: `ppo.max_norm` is inf, expected 0.001 to 1000",
    );
}

#[test]
fn text_that_is_no_recipe_is_refused_with_its_line() {
    for (from, to, expected) in [
        ("seed = 3", "seeds = 3", "unknown field `seeds`"),
        ("dense = 8", "dense = 8, depth = 2", "unknown field `depth`"),
        ("seed = 3", "seed = -3", "-3"),
        (r#""s11""#, r#""q7""#, "q7"),
        (r#""conv""#, r#""transformer""#, "unknown variant `transformer`"),
        ("steps = 960", "", "missing field `steps`"),
        ("steps = 960", "steps = ", "line 3"),
    ] {
        let error = Recipe::parse(&tiny_with(from, to)).unwrap_err();
        assert!(matches!(error, Error::RecipeToml { .. }), "{error}");
        let text = error.to_string();
        assert!(text.starts_with("recipe is not readable: ") && text.contains(expected), "{text}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn what_the_world_or_the_network_cannot_be_is_refused() {
    let error = Recipe::parse(&tiny_with("channels = 4", "channels = 0")).unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error}");
    let even = Recipe::parse(&tiny_with("size = 7", "size = 8")).unwrap();
    assert!(matches!(even.distribution().unwrap_err(), Error::World(_)));
    let share = tiny_with(r#""s11""#, r#""s11", shift = 1.5"#);
    let error = Recipe::parse(&share).unwrap().distribution().unwrap_err();
    assert!(matches!(error, Error::Deploy(_)), "{error}");
}

#[test]
fn something_hidden_is_taught_and_asks_for_its_own_levels() {
    let hidden = |what: &str| format!(r#""s11", hidden = {what}"#);
    let recipe = |what: &str| Recipe::parse(&tiny_with(r#""s11""#, &hidden(what)));
    let lamp = r#"{ switch = { trigger = "lamp", rule = "switches", silent_share = 0.6 } }"#;
    let taught = recipe(lamp).unwrap().distribution().unwrap();
    assert_eq!(taught.name(), "switching dark lamp, silent 0.6, on blocks-7 train");
    let written = toml::to_string(&recipe(lamp).unwrap()).unwrap();
    assert_eq!(Recipe::parse(&written).unwrap(), recipe(lamp).unwrap());
    recipe(r#"{ corner = "lower_left" }"#).unwrap().distribution().unwrap();
    recipe("{ texture = 12345 }").unwrap().distribution().unwrap();

    let both = format!("{lamp}, shift = 0.3");
    let error = recipe(&both).unwrap_err().to_string();
    assert_eq!(error, "recipe: `world.shift` is 0.3, expected 0 beside something hidden");
    for refused in [r#"{ corner = "middle" }"#, "{ texture = -1 }", r#"{ lamp = "lit" }"#] {
        assert!(matches!(recipe(refused).unwrap_err(), Error::RecipeToml { .. }), "{refused}");
    }
    let share = recipe(&lamp.replace("0.6", "6.0")).unwrap().distribution().unwrap_err();
    assert!(matches!(share, Error::Deploy(_)), "{share}");
}

#[test]
fn a_proxy_reward_asks_for_its_own_levels_and_stands_alone() {
    let recipe = |more: &str| Recipe::parse(&tiny_with(r#""s11""#, &format!(r#""s11", {more}"#)));
    let rewarded = recipe("proxy_reward = 0.5").unwrap();
    assert_eq!(rewarded.distribution().unwrap().name(), "proxy reward 0.5 on blocks-7 train");
    assert_eq!(Recipe::parse(&toml::to_string(&rewarded).unwrap()).unwrap(), rewarded);
    for (more, expected) in [
        ("proxy_reward = 1.5", "recipe: `world.proxy_reward` is 1.5, expected 0 to 1"),
        ("proxy_reward = nan", "recipe: `world.proxy_reward` is NaN, expected 0 to 1"),
        (
            "proxy_reward = 0.5, shift = 0.3",
            "recipe: `world.proxy_reward` is 0.5, expected 0 beside a shift or something hidden",
        ),
        (
            r#"proxy_reward = 0.5, hidden = { corner = "lower_left" }"#,
            "recipe: `world.proxy_reward` is 0.5, expected 0 beside a shift or something hidden",
        ),
    ] {
        assert_eq!(recipe(more).unwrap_err().to_string(), expected);
    }
}

#[test]
fn what_is_left_out_has_a_default() {
    let (before, _) = TINY.split_once("ppo").unwrap();
    let recipe = Recipe::parse(before).unwrap();
    assert_eq!(recipe.ppo, PpoRecipe::default());
    assert_eq!((recipe.world.shift, recipe.world.hidden), (0.0, None));
    let written = toml::to_string(&recipe).unwrap();
    assert!(!written.contains("hidden") && !written.contains("lure"));
}

/// The recipes that ship are read by the same rules.
#[test]
fn the_founding_recipe_is_a_recipe() {
    let recipe = Recipe::parse(include_str!("../../../../recipes/maze-green.toml")).unwrap();
    assert_eq!((recipe.world.size, recipe.world.shift), (7, 0.0));
}
