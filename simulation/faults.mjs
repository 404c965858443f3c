/**
 * Faults that the simulation has to find: in each, `from` in a file of the build becomes `to`.
 */
export const FAULTS = [
  {
    name: 'an acknowledgement that was lost with its stream makes no room when the position says the same',
    file: 'resume/peerStream.js',
    from: 'if (this.store?.acknowledge(peerPosition) !== true) {',
    to: `const { onAcknowledged } = this.store;
        this.store.onAcknowledged = undefined;
        const isPossible = this.store.acknowledge(peerPosition);
        this.store.onAcknowledged = onAcknowledged;
        if (!isPossible) {`,
  },
  {
    name: 'the replay begins one byte too early',
    file: 'resume/outgoingBytes.js',
    from: 'first.subarray(this.acknowledged - this.start)',
    to: 'first.subarray(Math.max(0, this.acknowledged - this.start - 1))',
  },
  {
    name: 'a resume by another key is let in',
    file: 'authentication/resumeHandshake.js',
    from: 'if (!isSame(proof, connectorResumeProof(key, transcript, peerPosition)))',
    to: 'if (false)',
  },
  {
    name: 'the timer of the grace is not cleared',
    file: 'resume/continuation.js',
    from: '    end() {\n        clearTimeout(this.timer);',
    to: '    end() {',
  },
  {
    name: 'the store is not bounded',
    file: 'resume/outgoingBytes.js',
    from: 'return this.bytes === 0 || this.bytes + bytes <= this.maxBytes;',
    to: 'return true;',
  },
  {
    name: 'the store lets go of what is written, not of what is acknowledged',
    file: 'resume/outgoingBytes.js',
    from: `                else
                    callback();
            });
        }
    }`,
    to: `                else {
                    callback();
                    this.acknowledge(this.end);
                }
            });
        }
    }`,
  },
  {
    name: 'parts of a header count as taken over, and are dropped',
    file: 'resume/acknowledgements.js',
    from: 'this.told = this.position();\n        return this.told;',
    to: 'this.told = this.position();\n        return this.told + 1;',
  },
  {
    name: 'a message is read after one that was dropped',
    file: 'connection/messageStream.js',
    from: '(this.dropped || this.inboxIsFull())',
    to: 'this.inboxIsFull()',
  },
  {
    name: 'a reader that has made room does not go on',
    file: 'connection/messageStream.js',
    from: 'if (this.socket.isPaused() && !this.inboxIsFull())',
    to: 'if (false)',
  },
  {
    name: 'the timer of a handshake is not cleared',
    file: 'authentication/handshakeChannel.js',
    from: 'clearTimeout(this.timer);',
    to: '',
  },
];
