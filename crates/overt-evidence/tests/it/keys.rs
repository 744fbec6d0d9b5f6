use crate::hex;
use overt_evidence::{Algorithm, Digest, Envelope, SigningKey, VerifyingKey, pae};
use proptest::prelude::*;

/// RFC 8032, section 7.1, tests 1 to 3: secret, public key, message, signature.
const ED25519: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];
/// RFC 6979, appendix A.2.5: the key, and its signatures with SHA-256.
const P256_SECRET: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const P256_PUBLIC: &str = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const P256_SAMPLE_R: &str = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
const P256_SAMPLE_S: &str = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
/// The order less that `s`, which is the smaller.
const P256_SAMPLE_SMALLER_S: &str =
    "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9";
const P256_TEST: &str = "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";

fn key(algorithm: Algorithm, secret: &str) -> SigningKey {
    SigningKey::from_secret(algorithm, &hex(secret).try_into().unwrap()).unwrap()
}

#[test]
fn ed25519_signs_as_in_rfc_8032() {
    for [secret, public, message, signature] in ED25519 {
        let (key, message) = (key(Algorithm::Ed25519, secret), hex(message));
        assert!(key.verifying_key().to_der().unwrap().ends_with(&hex(public)));
        assert_eq!(key.sign(&message).to_vec(), hex(signature));
        assert!(key.verifying_key().check(&message, &hex(signature).try_into().unwrap()));
    }
}

#[test]
fn p256_signs_as_in_rfc_6979_with_the_smaller_s() {
    let key = key(Algorithm::P256, P256_SECRET);
    assert!(key.verifying_key().to_der().unwrap().ends_with(&hex(P256_PUBLIC)));
    assert_eq!(key.sign(b"test").to_vec(), hex(P256_TEST));
    let [smaller, larger] =
        [P256_SAMPLE_SMALLER_S, P256_SAMPLE_S].map(|s| hex(&format!("{P256_SAMPLE_R}{s}")));
    assert_eq!(key.sign(b"sample").to_vec(), smaller);
    assert!(key.verifying_key().check(b"sample", &smaller.try_into().unwrap()));
    assert!(!key.verifying_key().check(b"sample", &larger.try_into().unwrap()));
}

#[test]
fn what_dsse_signs_is_that_of_its_protocol() {
    // The example of the protocol's own page.
    let bytes = pae("http://example.com/HelloWorld", b"hello world");
    assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

#[test]
fn digests_are_those_of_fips_180_4() {
    let known = [
        (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ];
    for (bytes, digest) in known {
        assert_eq!(Digest::of(bytes).to_string(), digest);
        assert_eq!(
            Digest::of_all(&[&bytes[..bytes.len() / 2], &bytes[bytes.len() / 2..]]),
            Digest::of(bytes)
        );
        assert_eq!(digest.parse::<Digest>().unwrap(), Digest::of(bytes));
    }
}

#[test]
fn lengths_of_keys_are_those_of_the_format() {
    for (algorithm, len) in [(Algorithm::Ed25519, 44), (Algorithm::P256, 91)] {
        let key = SigningKey::from_secret(algorithm, &[7; 32]).unwrap().verifying_key();
        assert_eq!(key.to_der().unwrap().len(), len);
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.fingerprint(), Digest::of(&key.to_der().unwrap()));
    }
}

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Ed25519), Just(Algorithm::P256)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn keys_come_back_from_their_files(algorithm in algorithms(), secret in any::<[u8; 32]>()) {
        let key = SigningKey::from_secret(algorithm, &secret).unwrap();
        let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
        prop_assert_eq!(again.to_pem().unwrap(), key.to_pem().unwrap());
        let public = key.verifying_key();
        prop_assert_eq!(&VerifyingKey::from_pem(&public.to_pem().unwrap()).unwrap(), &public);
        prop_assert_eq!(&VerifyingKey::from_der(&public.to_der().unwrap()).unwrap(), &public);
        let shown = format!("{key:?}");
        prop_assert_eq!(shown, format!("SigningKey({})", public.fingerprint()));
    }

    #[test]
    fn a_signature_holds_for_its_bytes_alone(
        algorithm in algorithms(),
        secret in any::<[u8; 32]>(),
        bytes in prop::collection::vec(any::<u8>(), 1..40),
        at in any::<prop::sample::Index>(),
        bit in 0..8,
    ) {
        let key = SigningKey::from_secret(algorithm, &secret).unwrap();
        let signature = key.sign(&bytes);
        prop_assert_eq!(key.sign(&bytes), signature);
        prop_assert!(key.verifying_key().check(&bytes, &signature));
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= 1_u8 << bit;
        prop_assert!(!key.verifying_key().check(&changed, &signature));
        let mut changed = signature;
        changed[at.index(64)] ^= 1_u8 << bit;
        prop_assert!(!key.verifying_key().check(&bytes, &changed));
    }

    #[test]
    fn an_envelope_is_opened_by_its_key_and_for_its_type_alone(
        algorithm in algorithms(),
        payload in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let [key, other] =
            [7, 8].map(|byte| SigningKey::from_secret(algorithm, &[byte; 32]).unwrap());
        let sealed = Envelope::seal("a", &payload, &key).to_bytes().unwrap();
        let envelope = Envelope::read(&sealed).unwrap();
        prop_assert_eq!(envelope.open("a", &key.verifying_key()).unwrap(), payload);
        prop_assert!(envelope.open("b", &key.verifying_key()).is_err());
        prop_assert!(envelope.open("a", &other.verifying_key()).is_err());
    }
}
