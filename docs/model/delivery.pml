/*
 * What is sent while connections break (docs/protocol.md): messages of one direction, the acknowledgements of the other,
 * and the positions by which a session goes on over another stream. There is no attacker here: resume.pml shows that
 * positions are those of the two ends. The connector sends if CONNECTOR_SENDS is defined, otherwise the listener.
 *
 * A message has three bytes: two of header and one of payload. A byte is known by its number in the session, and the one
 * that arrives must be the one that is missing: so nothing is lost, doubled or out of order. A stream may break for each end
 * at another time, with bytes under way that the other one still reads. When all breaks are over, everything must have
 * arrived, and the store must be empty: a session that hangs is an invalid end state.
 */

#ifndef MESSAGES
#define MESSAGES 3
#endif
#define FRAME 3
#define TOTAL (MESSAGES * FRAME)
/* Bytes that the sender keeps at most, those that are under way at most, and breaks. */
#define STORE 4
#define UNDER_WAY 3
#ifndef BREAKS
#define BREAKS 3
#endif

#define NONE 2
#define OPEN 0
#define WAITING 1
#define ANSWERED 2

/* Two streams: the present one, and the one before or the one that is attempted. */
byte written[2];      /* bytes of the session that the sender has given to it */
byte arrived[2];      /* those of them that the receiver has read */
bit isLost[2];        /* nothing arrives any more */
byte acknowledgement[2]; /* under way, plus 1; 0: none */
byte answer[2];       /* the connector's position under way, plus 1; 0: none */
byte resumed[2];      /* the listener's position under way, plus 1; 0: none */

byte connectorSlot = 0;
byte connectorState = OPEN;
byte listenerSlot = 0; /* NONE while it waits */

/* The sender: what the application has sent, and what is acknowledged. The bytes between are in the store. */
byte sent, acknowledged;
/* The receiver: the bytes that it has read, and those that the sender knows of. */
byte received, told;
byte breaks, slot;

#ifdef CONNECTOR_SENDS
#define senderSlot connectorSlot
#define senderIsOpen (connectorState == OPEN)
#define receiverSlot listenerSlot
#define receiverIsOpen (listenerSlot != NONE)
#else
#define senderSlot listenerSlot
#define senderIsOpen (listenerSlot != NONE)
#define receiverSlot connectorSlot
#define receiverIsOpen (connectorState == OPEN)
#endif

/* What has been taken over: a part of a payload is kept, a part of a header is not. */
#define takenOver(n) (((n) % FRAME) == 1 -> (n) - 1 : (n))

#ifdef ACKNOWLEDGES_PARTS_OF_HEADERS
#define position(n) (n)
#else
#define position(n) takenOver(n)
#endif

/* The receiver says where it is: on another stream, the bytes after that come again. */
inline freeze() {
  received = takenOver(received);
  told = received
}

inline read(i) {
  /* The next byte of the stream is the next byte of the session. */
  assert(arrived[i] == received);
  arrived[i]++;
  received++
}

/* The sender learns the receiver's position, and goes on from there. */
inline replay(i, from) {
  assert(acknowledged <= from && from <= sent);
#ifdef REPLAYS_FROM_ACKNOWLEDGED
  written[i] = acknowledged;
#elif defined(REPLAYS_ONE_LESS)
  written[i] = (from < sent -> from + 1 : from);
#else
  written[i] = from;
#endif
  arrived[i] = written[i];
#ifndef POSITION_IS_NO_ACKNOWLEDGEMENT
  acknowledged = from
#else
  skip
#endif
}

active proctype Session() {
  do
  /* The application sends a byte, if there is room in the store. */
  :: atomic { sent < TOTAL && sent - acknowledged < STORE -> sent++ }
  :: atomic { senderIsOpen && written[senderSlot] < sent && written[senderSlot] - arrived[senderSlot] < UNDER_WAY ->
      written[senderSlot]++
#ifdef KEEPS_UNTIL_WRITTEN
      ; acknowledged = (written[senderSlot] > acknowledged -> written[senderSlot] : acknowledged)
#endif
    }
  :: atomic { receiverIsOpen && !isLost[receiverSlot] && arrived[receiverSlot] < written[receiverSlot] -> read(receiverSlot) }
#ifdef READS_OLD_STREAM
  /* The mutant: bytes of the stream before are read after the position was taken. */
#ifdef CONNECTOR_SENDS
  :: atomic { listenerSlot != NONE && !isLost[1 - listenerSlot] && arrived[1 - listenerSlot] < written[1 - listenerSlot] &&
      answer[1 - listenerSlot] == 0 && connectorSlot == listenerSlot -> read(1 - listenerSlot) }
#else
  :: atomic { connectorState == ANSWERED && listenerSlot != connectorSlot && !isLost[1 - connectorSlot] &&
      arrived[1 - connectorSlot] < written[1 - connectorSlot] -> read(1 - connectorSlot) }
#endif
#endif
  /* Acknowledgements: of the last position, if there is news. They may be lost with their stream. */
  :: atomic { receiverIsOpen && acknowledgement[receiverSlot] == 0 && position(received) > told ->
      told = position(received);
      acknowledgement[receiverSlot] = told + 1
    }
  :: atomic { senderIsOpen && !isLost[senderSlot] && acknowledgement[senderSlot] != 0 ->
#ifdef CONNECTOR_SENDS
      slot = connectorSlot;
#else
      slot = listenerSlot;
#endif
      assert(acknowledgement[slot] - 1 <= sent);
#ifndef KEEPS_UNTIL_WRITTEN
      assert(acknowledged <= acknowledgement[slot] - 1);
#endif
      if
      :: acknowledgement[slot] - 1 > acknowledged -> acknowledged = acknowledgement[slot] - 1
      :: else
      fi;
      acknowledgement[slot] = 0
    }

  /* A stream breaks: for both ends, who notice later, or for one end alone. */
  :: atomic { breaks < BREAKS && connectorState == OPEN && !isLost[connectorSlot] -> breaks++; isLost[connectorSlot] = 1 }
  :: atomic { breaks < BREAKS && connectorState == ANSWERED && !isLost[connectorSlot] -> breaks++; isLost[connectorSlot] = 1 }
  :: atomic { breaks < BREAKS && connectorState == OPEN -> breaks++; connectorState = WAITING }
  :: atomic { connectorState != WAITING && isLost[connectorSlot] -> connectorState = WAITING }
  :: atomic { listenerSlot != NONE && isLost[listenerSlot] -> listenerSlot = NONE }
  /* Only one end was told: the other one notices that its peer is gone when the stream is closed. */
  :: atomic { breaks < BREAKS && listenerSlot != NONE && listenerSlot == connectorSlot -> breaks++; isLost[listenerSlot] = 1;
      listenerSlot = NONE }

  /* The connector dials, is proved, and answers with its position. */
  :: atomic { connectorState == WAITING ->
      connectorSlot = (listenerSlot == NONE -> 1 - connectorSlot : 1 - listenerSlot);
      written[connectorSlot] = 0;
      arrived[connectorSlot] = 0;
      isLost[connectorSlot] = 0;
      acknowledgement[connectorSlot] = 0;
      resumed[connectorSlot] = 0;
#ifndef CONNECTOR_SENDS
      freeze();
#endif
      answer[connectorSlot] = received + 1;
      connectorState = ANSWERED
    }
  /* The listener gives up the stream before, and says its own position. */
  :: atomic { connectorState == ANSWERED && answer[connectorSlot] != 0 && !isLost[connectorSlot] ->
      listenerSlot = connectorSlot;
#ifdef CONNECTOR_SENDS
      freeze();
#else
      replay(listenerSlot, answer[listenerSlot] - 1);
#endif
      answer[listenerSlot] = 0;
      resumed[listenerSlot] = received + 1
    }
  :: atomic { connectorState == ANSWERED && resumed[connectorSlot] != 0 && !isLost[connectorSlot] ->
#ifdef CONNECTOR_SENDS
      replay(connectorSlot, resumed[connectorSlot] - 1);
#endif
      resumed[connectorSlot] = 0;
      connectorState = OPEN
    }

  :: received == TOTAL && acknowledged == TOTAL -> break
  od;
#ifdef WITNESS
  /* No fault: shows that everything can arrive with as many breaks as there are. */
  assert(breaks < BREAKS)
#endif
}
