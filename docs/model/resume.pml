/*
 * How a broken connection is resumed (docs/protocol.md): two sessions with one listener, whose connectors try to resume, one
 * of them twice, over a network that is the attacker. He knows everything but keys, as in handshake.pml: nonces, session
 * ids, counters and positions are no secrets. A stream of the listener may be opened by anyone.
 */

#define SESSIONS 2
#define STREAMS 2
#define LISTENER 0
#define CONNECTOR 1

/* An attempt to resume: attempts 0 and 1 are those of session 0, attempt 2 is that of session 1. */
#define ATTEMPTS 3
#define SESSION_OF(a) ((a) / 2)
#define COUNTER_OF(a) (1 + (a) % 2)
/* Nonces: of the attempts, of the listener's streams, and the attacker's own. */
#define ATTEMPT_NONCE(a) (a)
#define STREAM_NONCE(l) (ATTEMPTS + (l))
#define ATTACKER_NONCE (ATTEMPTS + STREAMS)
#define NONCES (ATTEMPTS + STREAMS + 1)

#ifdef ONE_KEY
#define KEY_PART(s) 0
#else
#define KEY_PART(s) (s)
#endif
#ifdef WITHOUT_ID
#define ID_PART(s) 0
#else
#define ID_PART(s) (s)
#endif
#ifdef WITHOUT_ROLE
#define ROLE_PART(x) 0
#else
#define ROLE_PART(x) (x)
#endif
#ifdef WITHOUT_COUNTER
#define COUNTER_PART(x) 0
#else
#define COUNTER_PART(x) ((x) - 1)
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
#ifdef WITHOUT_ENDPOINT
#define ENDPOINT_PART(x) 0
#else
#define ENDPOINT_PART(x) (x)
#endif
#ifdef WITHOUT_POSITION
#define POSITION_PART(x) 0
#else
#define POSITION_PART(x) (x)
#endif
#ifdef WITHOUT_REFUSED_NONCE
#define REFUSED_PART(x) 0
#else
#define REFUSED_PART(x) (x)
#endif

/* The session's key is the first part: nobody can make a proof without it. */
#define BODY(s, role, counter, nc, nl, endpoint) (KEY_PART(s) + 2 * (ID_PART(s) + 2 * (ROLE_PART(role) + 2 * \
  (COUNTER_PART(counter) + 2 * (CONNECTOR_NONCE_PART(nc) + NONCES * (LISTENER_NONCE_PART(nl) + NONCES * ENDPOINT_PART(endpoint)))))))
/* The listener's proof has no position: 0. The connector's has 1 or 2, behind the body. */
#define PROOF(body, position) (1 + POSITION_PART(position) + 3 * (body))
#define LISTENER_PROOF(s, counter, nc, nl, endpoint) PROOF(BODY(s, LISTENER, counter, nc, nl, endpoint), 0)
#define CONNECTOR_PROOF(s, counter, nc, nl, endpoint, position) PROOF(BODY(s, CONNECTOR, counter, nc, nl, endpoint), position)
/* The code of `resumed`: of the connector's proof and the listener's position. */
#define RESUMED(proof, position) (1 + POSITION_PART(position) + 3 * (proof))
/* The code of a refusal, under the key of all sessions: of the reason, the id, the counter, the nonce and the endpoint. */
#define REFUSAL(reason, s, counter, nc, endpoint) \
  (1 + (reason) + 4 * ((s) + 2 * (REFUSED_PART(counter) + 3 * (REFUSED_PART(nc) + NONCES * ENDPOINT_PART(endpoint)))))
#define NOTHING 0
#define OVER 2
#define SUPERSEDED 3

typedef Attempt {
  bit endpoint;       /* what it connects to */
  bit isMade;
  byte streamNonce;
  byte position;      /* what it has received: 1 or 2 */
  short proof;
  bit isResumed
};
/* A stream of the listener, which is at endpoint 0, and what came over it. */
typedef Stream {
  bit isBegun;
  bit session;
  byte counter;
  byte peerNonce;
  byte peerPosition;
  byte position;
  short proof;
  int resumed;
  int refusal
};
Attempt attempt[ATTEMPTS];
Stream stream[STREAMS];
/* What the listener knows of each session. */
byte lastCounter[SESSIONS];
bit isGone[SESSIONS];

#define knowsListenerProof(p) (stream[0].proof == (p) || stream[1].proof == (p))
#define knowsConnectorProof(p) (attempt[0].proof == (p) || attempt[1].proof == (p) || attempt[2].proof == (p))
#define knowsProof(p) (knowsListenerProof(p) || knowsConnectorProof(p))
#define knowsResumed(c) (stream[0].resumed == (c) || stream[1].resumed == (c))
#define knowsRefusal(c) (stream[0].refusal == (c) || stream[1].refusal == (c))

inline chooseNonce(n) {
  if
  :: n = ATTACKER_NONCE
  :: attempt[0].isMade -> n = ATTEMPT_NONCE(0)
  :: attempt[1].isMade -> n = ATTEMPT_NONCE(1)
  :: attempt[2].isMade -> n = ATTEMPT_NONCE(2)
  :: stream[0].proof != NOTHING -> n = STREAM_NONCE(0)
  :: stream[1].proof != NOTHING -> n = STREAM_NONCE(1)
  fi
}

/* Attempt a and stream l belong together, as each of them sees it. */
#define agree(a, l) (stream[l].isBegun && attempt[a].streamNonce == STREAM_NONCE(l) && stream[l].peerNonce == ATTEMPT_NONCE(a) && \
  stream[l].session == SESSION_OF(a) && stream[l].counter == COUNTER_OF(a) && attempt[a].endpoint == 0)
#define streamIsThere(a) ((stream[0].proof != NOTHING && agree(a, 0)) || (stream[1].proof != NOTHING && agree(a, 1)))
#define hasAnswered(a, l, p) (attempt[a].proof != NOTHING && agree(a, l) && attempt[a].position == (p))
#define connectorIsThere(l, p) (hasAnswered(0, l, p) || hasAnswered(1, l, p) || hasAnswered(2, l, p))
#define hasResumed(a, l, p) (stream[l].resumed != NOTHING && agree(a, l) && stream[l].position == (p) && \
  stream[l].peerPosition == attempt[a].position)
#define listenerHasResumed(a, p) (hasResumed(a, 0, p) || hasResumed(a, 1, p))
#define hasRefused(a, l) (stream[l].isBegun && stream[l].refusal != NOTHING && stream[l].session == SESSION_OF(a) && \
  stream[l].counter == COUNTER_OF(a) && stream[l].peerNonce == ATTEMPT_NONCE(a) && attempt[a].endpoint == 0)
#define listenerHasRefused(a) (hasRefused(a, 0) || hasRefused(a, 1))

#define LISTENERS_PROOF(a, nonce) \
  LISTENER_PROOF(SESSION_OF(a), COUNTER_OF(a), ATTEMPT_NONCE(a), nonce, attempt[a].endpoint)
#define REFUSAL_OF(a, reason) \
  REFUSAL(reason, SESSION_OF(a), COUNTER_OF(a), ATTEMPT_NONCE(a), attempt[a].endpoint)

/*
 * One attempt. The next one may begin at any time: then the connector has given up the one before. What is guarded by the
 * attacker's knowledge is chosen together with it, so that an end that waits has one state.
 */
inline makeAttempt(a) {
  attempt[a].isMade = 1;
  if
  :: true /* given up */
  :: atomic {
#ifdef CONNECTOR_FIRST
      chooseNonce(nonce);
      attempt[a].streamNonce = nonce;
      assert(streamIsThere(a));
#endif
      if
      :: knowsProof(LISTENERS_PROOF(a, STREAM_NONCE(0))) -> nonce = STREAM_NONCE(0)
      :: knowsProof(LISTENERS_PROOF(a, STREAM_NONCE(1))) -> nonce = STREAM_NONCE(1)
      :: knowsProof(LISTENERS_PROOF(a, ATTACKER_NONCE)) -> nonce = ATTACKER_NONCE
      fi;
      attempt[a].streamNonce = nonce;
      /* A connector answers no stranger. */
      assert(streamIsThere(a));
      attempt[a].proof = CONNECTOR_PROOF(SESSION_OF(a), COUNTER_OF(a), ATTEMPT_NONCE(a), nonce, attempt[a].endpoint,
        attempt[a].position);
      nonce = 0
    }
    if
    :: true
    :: atomic {
        if
        :: knowsResumed(RESUMED(attempt[a].proof, 1)) -> position = 1
        :: knowsResumed(RESUMED(attempt[a].proof, 2)) -> position = 2
        fi;
        /* Both ends know how far the other has come, in this attempt. */
        assert(listenerHasResumed(a, position));
        attempt[a].isResumed = 1;
        position = 0
      }
    fi
#ifdef WITHOUT_REFUSAL_CODE
  :: assert(listenerHasRefused(a))
#else
  :: atomic { knowsRefusal(REFUSAL_OF(a, OVER)) || knowsRefusal(REFUSAL_OF(a, SUPERSEDED)) -> assert(listenerHasRefused(a)) }
#endif
  fi
}

proctype FirstConnector() {
  byte nonce, position;
  makeAttempt(0);
  makeAttempt(1)
}

proctype SecondConnector() {
  byte nonce, position;
  makeAttempt(2)
}

proctype ListenerStream(byte l) {
  byte nonce, counter, position;
  bit session;
  /* Resume: the attacker chooses everything that he can. */
  atomic {
    if :: session = 0 :: session = 1 fi;
    if :: counter = 1 :: counter = 2 fi;
    chooseNonce(nonce);
    stream[l].isBegun = 1;
    stream[l].session = session;
    stream[l].counter = counter;
    stream[l].peerNonce = nonce;
    if
    :: isGone[session] -> stream[l].refusal = REFUSAL(OVER, session, counter, nonce, 0); goto refused
    :: !isGone[session] && counter <= lastCounter[session] ->
      stream[l].refusal = REFUSAL(SUPERSEDED, session, counter, nonce, 0);
      goto refused
    :: else -> stream[l].proof = LISTENER_PROOF(session, counter, nonce, STREAM_NONCE(l), 0)
    fi
  }
  /* Answer: the connector's position and proof. */
  atomic {
    if
    :: knowsProof(CONNECTOR_PROOF(session, counter, nonce, STREAM_NONCE(l), 0, 1)) -> position = 1
    :: knowsProof(CONNECTOR_PROOF(session, counter, nonce, STREAM_NONCE(l), 0, 2)) -> position = 2
    fi;
    if
    :: isGone[session] -> stream[l].refusal = REFUSAL(OVER, session, counter, nonce, 0)
#ifndef WITHOUT_SECOND_CHECK
    :: !isGone[session] && counter <= lastCounter[session] ->
      stream[l].refusal = REFUSAL(SUPERSEDED, session, counter, nonce, 0)
#endif
    :: else ->
      assert(connectorIsThere(l, position));
      /* No older attempt takes the place of a newer one, and none is taken twice. */
      assert(counter > lastCounter[session]);
      lastCounter[session] = counter;
      stream[l].peerPosition = position;
      stream[l].resumed = RESUMED(CONNECTOR_PROOF(session, counter, nonce, STREAM_NONCE(l), 0, position), stream[l].position)
    fi
  }
refused:
  skip
}

/* A session may be over at the listener at any time. */
proctype End() {
  atomic { isGone[0] = 1 }
}

#ifdef WITNESS
/* No fault: shows that both attempts of one session can succeed, one after the other. */
active proctype Witness() {
  (attempt[0].isResumed && attempt[1].isResumed) -> assert(false)
}
#endif

init {
  atomic {
    /* Positions differ, so that one cannot pass for another. */
    attempt[0].position = 1;
    attempt[1].position = 2;
    attempt[2].position = 1;
    stream[0].position = 1;
    stream[1].position = 2;
    if :: attempt[0].endpoint = 1 :: attempt[1].endpoint = 1 :: attempt[2].endpoint = 1 :: true fi;
    run FirstConnector();
    run SecondConnector();
    run ListenerStream(0);
    run ListenerStream(1);
    run End()
  }
}
