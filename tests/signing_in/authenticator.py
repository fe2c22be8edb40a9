"""A passkey in software: what a browser and a security key do together, with real keys and signatures."""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAGS = AuthenticatorData.FLAG
VERIFIED = FLAGS.UP | FLAGS.UV  # somebody was there, and gave a PIN or a finger


class SoftwareAuthenticator:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._user_handle = ""
        self._count = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        wanted = options["publicKey"]
        self._user_handle = wanted["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = self._data(wanted["rp"]["id"], FLAGS.UP | FLAGS.UV | FLAGS.AT, credential)
        return self._answer(
            clientDataJSON=_encode(self._client_data("webauthn.create", wanted["challenge"])),
            attestationObject=_encode(AttestationObject.create("none", data, {})),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        wanted = options["publicKey"]
        client_data = self._client_data("webauthn.get", wanted["challenge"])
        data = self._data(wanted["rpId"], VERIFIED)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=_encode(client_data),
            authenticatorData=_encode(data),
            signature=_encode(signature),
            userHandle=self._user_handle,
        )

    def _data(self, domain: str, flags: FLAGS, credential: AttestedCredentialData | bytes = b"") -> AuthenticatorData:
        self._count += 1
        domain_hash = hashlib.sha256(domain.encode()).digest()
        data: AuthenticatorData = AuthenticatorData.create(domain_hash, flags, self._count, credential)
        return data

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: str) -> dict[str, Any]:
        name = _encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
