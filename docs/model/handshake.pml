/*
 * The handshake of docs/protocol.md: two connectors and two listeners that all have one key, and a network that is the
 * attacker. README.md says what this proves and what not.
 *
 * A nonce is a number. A proof or a code is a number too, made of all its parts: two are equal if all their parts are.
 * The attacker has no key, so he cannot make one, but he has seen all that was sent. An end goes on if he can put together
 * a message that the end accepts: he relays, replays, reflects, drops, reorders and exchanges parts as he likes. An end
 * that refuses a message sends nothing more, as one that never gets a message: refusals need no states of their own.
 */

#define RUNS 2
#define LISTENER 0
#define CONNECTOR 1

/* Nonces: of the connectors, of the listeners, and the attacker's own. */
#define CONNECTOR_NONCE(i) (i)
#define LISTENER_NONCE(i) (RUNS + (i))
#define ATTACKER_NONCE (2 * RUNS)
#define NONCES (2 * RUNS + 1)

/* A mutant leaves one part out. */
#ifdef WITHOUT_ENDPOINT
#define ENDPOINT_PART(x) 0
#else
#define ENDPOINT_PART(x) (x)
#endif
#ifdef WITHOUT_ROLE
#define ROLE_PART(x) 0
#else
#define ROLE_PART(x) (x)
#endif
#ifdef WITHOUT_CONNECTOR_NONCE
#define CONNECTOR_NONCE_PART(x) 0
#else
#define CONNECTOR_NONCE_PART(x) (x)
#endif
#ifdef WITHOUT_LISTENER_NONCE
#define LISTENER_NONCE_PART(x) 0
#else
#define LISTENER_NONCE_PART(x) (x)
#endif
#ifdef WITHOUT_VERSION
#define VERSION_PART(x) 0
#else
#define VERSION_PART(x) (x)
#endif
#ifdef WITHOUT_BINDING
#define BINDING_PART(x) 0
#else
#define BINDING_PART(x) (x)
#endif
#ifdef WITHOUT_CODE_ROLE
#define CODE_ROLE_PART(x) 0
#else
#define CODE_ROLE_PART(x) (x)
#endif
#ifdef WITHOUT_CODE_PROOF
#define CODE_PROOF_PART(x) 0
#else
#define CODE_PROOF_PART(x) (x)
#endif

/* HMAC(key, role, version, connector's nonce, listener's nonce, binding, endpoint). Version 1 has no binding. */
#define PROOF(role, version, nc, nl, binding, endpoint) (1 + ROLE_PART(role) + 2 * (VERSION_PART((version) - 1) + 2 * \
  (CONNECTOR_NONCE_PART(nc) + NONCES * (LISTENER_NONCE_PART(nl) + NONCES * \
  (ENDPOINT_PART(endpoint) + 2 * BINDING_PART(((version) - 1) * (binding)))))))
/* HMAC(key, role, connector's proof, capabilities). */
#define CODE(role, proof, capabilities) (1 + CODE_ROLE_PART(role) + 2 * ((capabilities) + 2 * CODE_PROOF_PART(proof)))
#define NOTHING 0

/* What an end is, what it has taken in, and what it has sent, which the attacker has from then on. */
typedef End {
  bit endpoint;      /* where it listens, or what it connects to */
  byte binding;      /* its TLS session; 0 without TLS by certificate */
  byte version;      /* of its handshake */
  bit capabilities;  /* 1: with the feature */
  byte peerNonce;
  short proof;
  int code;
  bit peers;         /* the peer's capabilities, as received */
  bit hasSent;       /* true once its capabilities are sent */
  bit isOpen
};
End connector[RUNS];
End listener[RUNS];

#define knowsProof(p) (connector[0].proof == (p) || connector[1].proof == (p) || listener[0].proof == (p) || listener[1].proof == (p))
#define knowsCode(c) (connector[0].code == (c) || connector[1].code == (c) || listener[0].code == (c) || listener[1].code == (c))

/* A nonce that the attacker has seen, or his own. All hellos have been sent at the beginning. */
inline chooseNonce(n) {
  if
  :: n = ATTACKER_NONCE
  :: n = CONNECTOR_NONCE(0)
  :: n = CONNECTOR_NONCE(1)
  :: listener[0].proof != NOTHING -> n = LISTENER_NONCE(0)
  :: listener[1].proof != NOTHING -> n = LISTENER_NONCE(1)
  fi
}

/* Connector c and listener l have the same view of their handshake. */
#define agree(c, l) (connector[c].peerNonce == LISTENER_NONCE(l) && listener[l].peerNonce == CONNECTOR_NONCE(c) && \
  connector[c].endpoint == listener[l].endpoint && connector[c].version == listener[l].version && \
  connector[c].binding == listener[l].binding)
/* What an end may conclude from a proof: one run of the other role, with the key, is in this handshake with it. */
#define listenerIsThere(c) ((listener[0].proof != NOTHING && agree(c, 0)) || (listener[1].proof != NOTHING && agree(c, 1)))
#define connectorIsThere(l) ((connector[0].proof != NOTHING && agree(0, l)) || (connector[1].proof != NOTHING && agree(1, l)))
/* What an end may conclude from capabilities: they are those that the other end of this handshake has sent. */
#define sentByListener(c, x) ((agree(c, 0) && listener[0].hasSent && listener[0].capabilities == (x)) || \
  (agree(c, 1) && listener[1].hasSent && listener[1].capabilities == (x)))
#define sentByConnector(l, x) ((agree(0, l) && connector[0].hasSent && connector[0].capabilities == (x)) || \
  (agree(1, l) && connector[1].hasSent && connector[1].capabilities == (x)))

#define PROOF_OF_LISTENER(c, nonce) PROOF(LISTENER, connector[c].version, CONNECTOR_NONCE(c), nonce, connector[c].binding, connector[c].endpoint)
#define PROOF_OF_CONNECTOR(c, nonce) PROOF(CONNECTOR, connector[c].version, CONNECTOR_NONCE(c), nonce, connector[c].binding, connector[c].endpoint)

proctype Connector(byte c) {
  byte nonce;
  bit peers;
#ifdef CONNECTOR_FIRST
  /* The mutant: the challenge is a nonce alone, and the connector proves itself before the listener has. */
  atomic {
    chooseNonce(nonce);
    connector[c].peerNonce = nonce;
    connector[c].proof = PROOF_OF_CONNECTOR(c, nonce);
    assert(listenerIsThere(c))
  }
  atomic { knowsProof(PROOF_OF_LISTENER(c, nonce)) ->
#else
  /* Challenge: the version, which must be that of its hello, a nonce, a proof. */
  atomic {
    chooseNonce(nonce);
    knowsProof(PROOF_OF_LISTENER(c, nonce)) ->
    connector[c].peerNonce = nonce;
#endif
    /* A connector answers no stranger. */
    assert(listenerIsThere(c));
    connector[c].proof = PROOF_OF_CONNECTOR(c, nonce);
    if
    :: connector[c].version == 2 -> connector[c].code = CODE(CONNECTOR, connector[c].proof, connector[c].capabilities)
    :: else
    fi;
    connector[c].hasSent = 1
  }
  /* Capabilities of the listener. Those of version 1 have no code. */
  atomic {
    if :: peers = 0 :: peers = 1 fi;
#ifndef WITHOUT_CODE
    (connector[c].version == 1 || knowsCode(CODE(LISTENER, connector[c].proof, peers))) ->
#endif
    assert(connector[c].version == 1 || sentByListener(c, peers));
    connector[c].peers = peers;
    connector[c].isOpen = 1
  }
}

proctype Listener(byte l) {
  byte version, nonce;
  bit peers;
  /* Hello, answered by a challenge of the same version; no version 1 inside TLS by certificate, which it does not bind. */
  atomic {
    if :: version = 2 :: listener[l].binding == 0 -> version = 1 fi;
    chooseNonce(nonce);
    listener[l].version = version;
    listener[l].peerNonce = nonce;
    listener[l].proof = PROOF(LISTENER, version, nonce, LISTENER_NONCE(l), listener[l].binding, listener[l].endpoint)
  }
  /* Answer: the connector's proof. */
  atomic {
    knowsProof(PROOF(CONNECTOR, version, nonce, LISTENER_NONCE(l), listener[l].binding, listener[l].endpoint)) ->
    assert(connectorIsThere(l))
  }
  /* Capabilities of the connector, answered by its own. Version 1 has no features, whatever comes. */
  atomic {
    if :: peers = 0 :: peers = 1 fi;
#ifndef WITHOUT_CODE
    (version == 1 || knowsCode(CODE(CONNECTOR, PROOF(CONNECTOR, version, nonce, LISTENER_NONCE(l), listener[l].binding,
      listener[l].endpoint), peers))) ->
#endif
    if
    :: version == 1 ->
      peers = 0;
      listener[l].capabilities = 0
    :: else ->
      assert(sentByConnector(l, peers));
      listener[l].code = CODE(LISTENER, PROOF(CONNECTOR, version, nonce, LISTENER_NONCE(l), listener[l].binding,
        listener[l].endpoint), listener[l].capabilities)
    fi;
    listener[l].peers = peers;
    listener[l].hasSent = 1;
    listener[l].isOpen = 1
  }
}

#ifdef WITNESS
/* No fault: shows that both sessions can be opened at once, so that the proof is not about nothing. */
active proctype Witness() {
  (connector[0].isOpen && connector[1].isOpen && listener[0].isOpen && listener[1].isOpen) -> assert(false)
}
#endif

inline anyOf(target, first, second) {
  if :: target = first :: target = second fi
}

init {
  byte any;
  atomic {
    /* Endpoint 0 is that of listener 0: endpoints have no order. */
    anyOf(any, 0, 1); listener[1].endpoint = any;
    anyOf(any, 0, 1); connector[0].endpoint = any;
    anyOf(any, 0, 1); connector[1].endpoint = any;
    anyOf(any, 0, 1); listener[0].capabilities = any;
    anyOf(any, 0, 1); listener[1].capabilities = any;
    anyOf(any, 0, 1); connector[0].capabilities = any;
    anyOf(any, 0, 1); connector[1].capabilities = any;
#ifdef TLS
    /* Two ends with one number have one TLS session. Else the attacker has come in between. Numbers have no order. */
    listener[0].binding = 1;
    anyOf(any, 1, 2); listener[1].binding = any;
    anyOf(any, 1, 2); connector[0].binding = any;
    anyOf(any, 1, 2); connector[1].binding = any;
    connector[0].version = 2;
    connector[1].version = 2;
#else
    /* Old connectors, of version 1, use the same listeners. */
    anyOf(any, 1, 2); connector[0].version = any;
    anyOf(any, 1, 2); connector[1].version = any;
#endif
    any = 0;
    run Connector(0);
    run Connector(1);
    run Listener(0);
    run Listener(1)
  }
}
