#!/usr/bin/env python3
"""A launcher for Python programs: it connects to a debug adapter and debugs
the program in its own process.

    launcher.py --ipc unix --ipc-path PATH --ipc-framing length-prefix \\
        --program FILE [--arg=A ...]

CPython 3.8 or newer. docs/write-a-launcher.md walks through this file, and
docs/protocol.md describes the messages.

Two threads share the work. The program has the main thread, traced by bdb.
The other one reads the adapter's commands. What a running program allows it
does by itself; what needs a stopped program it hands to the main thread,
which serves such commands for as long as it stands still. So expressions are
evaluated by the program's own thread, and one that hangs does not keep
`terminate` from getting through.
"""
import argparse
import ast
import atexit
import bdb
import builtins
import collections
import contextlib
import ctypes
import dis
import hmac
import importlib.machinery
import inspect
import itertools
import json
import os
import queue
import re
import reprlib
import signal
import socket
import stat
import sys
import threading
import time
import types
import _thread

OWN_FILE = sys._getframe().f_code.co_filename
MAIN_THREAD = {'id': 1, 'name': 'MainThread'}
NOT_STOPPED = 'the program is not stopped'
MAX_MESSAGE = 64 * 1024 * 1024  # bytes
MAX_PAGE = 1000  # variables in one response
CONNECT_TIMEOUT_S = 10
END_TIMEOUT_S = 2  # for the adapter to read our last words
KILL_GRACE_S = 2  # between SIGTERM and SIGKILL, when the adapter has gone
CAPABILITIES = {
    'supportsConfigurationDoneRequest': True,
    'supportsConditionalBreakpoints': True,
    'supportsEvaluateForHovers': True,
    'supportsDelayedStackTraceLoading': True,
    'supportsTerminateRequest': True,
    'supportTerminateDebuggee': True,
}


class Refusal(Exception):
    """A command that cannot be done; the text is for people."""


# Starting: the command line, the key, the connection


def read_command_line():
    """What the adapter asks for. Wrong arguments end the process: code 2."""
    parser = argparse.ArgumentParser(prog='launcher.py', allow_abbrev=False)
    parser.add_argument('--ipc', choices=['unix', 'tcp'], required=True)
    parser.add_argument('--ipc-framing', choices=['length-prefix'],
                        required=True)
    parser.add_argument('--ipc-path')
    parser.add_argument('--ipc-host', default='127.0.0.1')
    parser.add_argument('--ipc-port', type=int)
    parser.add_argument('--program', required=True)
    parser.add_argument('--arg', action='append', default=[], dest='args')
    parser.add_argument('--stop-on-entry', action='store_true')
    parser.add_argument('--no-debug', action='store_true')
    parser.add_argument('--keep-running', action='store_true')
    parser.add_argument('--session-id')
    options = parser.parse_args()
    needed = 'path' if options.ipc == 'unix' else 'port'
    if getattr(options, f'ipc_{needed}') is None:
        parser.error(f'--ipc {options.ipc} needs --ipc-{needed}')
    return options


def read_secret(path):
    """The text of a file of this user that nobody else can read. What is
    checked is what is read: the file is opened once, and never waited for."""
    if os.path.islink(path):
        raise ValueError('the key is not in a plain file, but behind a link')
    flags = getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0)
    with open(os.open(path, os.O_RDONLY | flags), encoding='ascii') as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise ValueError('the key is not in a plain file with one name')
        if hasattr(os, 'geteuid') and (
                found.st_uid not in (0, os.geteuid()) or found.st_mode & 0o77):
            raise ValueError("the key's file is open to other users")
        return file.read(4096).strip()


def take_key():
    """The session's key, for nobody to find after us; None: there is none."""
    # The mark by which the adapter finds this process: not for the program.
    os.environ.pop('DEBUG_ADAPTER_IPC_SESSION', None)
    path = os.environ.pop('DEBUG_ADAPTER_IPC_KEY_FILE', None)
    digits = os.environ.pop('DEBUG_ADAPTER_IPC_KEY', None)
    if path is not None:
        digits = read_secret(path)
        os.unlink(path)
    if digits is None:
        return None
    if not re.fullmatch('[0-9a-fA-F]{64}', digits):
        raise ValueError('the key is not 64 hexadecimal digits')
    return bytes.fromhex(digits)


def connect(options):
    """The connection to the adapter, with both ends proved."""
    key = take_key()
    # Imported here, not above: multiprocessing registers a function for the
    # process's exit, and Session.finish has to run after that one.
    from multiprocessing.connection import Client
    address = ((options.ipc_host, options.ipc_port) if options.ipc == 'tcp'
               else options.ipc_path)
    if key is None or sys.version_info >= (3, 12):
        return Client(address, authkey=key)
    connection = Client(address)
    authenticate(connection, key)
    return connection


def authenticate(connection, key):
    """What Client does by itself from Python 3.12 on. Before, it knew MD5
    alone, which the adapter refuses."""
    def prove(challenge):
        return b'{sha256}' + hmac.new(key, challenge, 'sha256').digest()

    head, _, challenge = connection.recv_bytes(256).partition(b'#CHALLENGE#')
    if head or challenge[:8] != b'{sha256}' or len(challenge) < 8 + 20:
        raise ValueError('the adapter sent no challenge for SHA-256')
    connection.send_bytes(prove(challenge))
    if connection.recv_bytes(256) != b'#WELCOME#':
        raise ValueError('the adapter did not accept the proof')
    challenge = b'{sha256}' + os.urandom(40)
    connection.send_bytes(b'#CHALLENGE#' + challenge)
    if not hmac.compare_digest(connection.recv_bytes(256), prove(challenge)):
        raise ValueError('the adapter does not have the key')
    connection.send_bytes(b'#WELCOME#')


def connect_or_leave(options):
    """As connect. What fails or takes too long ends the process: code 1."""
    def leave(reason):
        text = f'launcher.py: cannot connect to the adapter: {reason}\n'
        os.write(2, text.encode(errors='backslashreplace'))
        os._exit(1)

    late = f'not within {CONNECT_TIMEOUT_S} seconds'
    deadline = threading.Timer(CONNECT_TIMEOUT_S, leave, [late])
    deadline.start()
    try:
        return connect(options)
    except Exception as error:
        leave(describe_error(error))
    finally:
        deadline.cancel()
        deadline.join()


# Values, in words


SEQUENCES = (list, tuple, set, frozenset)
SHORT = reprlib.Repr()
SHORT.maxlevel = 3
SHORT.maxlist = SHORT.maxtuple = SHORT.maxset = SHORT.maxfrozenset = 20
SHORT.maxdict = 20
SHORT.maxstring = SHORT.maxlong = SHORT.maxother = 1000


class Names(dict):
    """A scope: names and their values."""


def describe_error(error):
    return f'{type(error).__name__}: {error}'


def text_of(value):
    """A value's repr, shortened. That is the program's code: it may fail."""
    try:
        return SHORT.repr(value)
    except Exception as error:
        return f'<{type(value).__name__}: {type(error).__name__} in its repr>'


def attributes_of(value):
    """The attributes stored in an object; not its properties, being code."""
    attributes = dict(getattr(value, '__dict__', ()))
    for cls in type(value).__mro__:
        for name, slot in vars(cls).items():
            is_slot = isinstance(slot, types.MemberDescriptorType)
            if is_slot and not name.startswith('__'):
                with contextlib.suppress(AttributeError):  # it has no value
                    attributes[name] = slot.__get__(value)
    return attributes


def members_of(value, expression):
    """What is in a value: the name of each member, the member, and the
    expression that gives it, or None."""
    if isinstance(value, Names):
        for name, member in value.items():
            yield name, member, name if name.isidentifier() else None
    elif isinstance(value, dict):
        for key, member in list(value.items()):
            plain = expression and type(key) in (str, int)
            inner = f'{expression}[{key!r}]' if plain else None
            yield text_of(key), member, inner
    elif isinstance(value, SEQUENCES):
        ordered = expression and isinstance(value, (list, tuple))
        for index, member in enumerate(value):
            inner = f'{expression}[{index}]' if ordered else None
            yield str(index), member, inner
    else:
        for name, member in attributes_of(value).items():
            inner = f'{expression}.{name}' if expression else None
            yield name, member, inner


# Code: expressions, functions, frames


def compile_file(path):
    with open(path, 'rb') as file:
        return compile(file.read(), path, 'exec', dont_inherit=True)


def compile_expression(text):
    return compile(text.strip(), '<expression>', 'eval')


def evaluate(code, frame):
    """An expression's value. All names are in one dictionary, so that they
    are found from within lambdas and comprehensions too."""
    return eval(code, {**frame.f_globals, **frame.f_locals})


def execute(code, frame):
    """Run statements in a frame, whose variables they may change."""
    exec(code, frame.f_globals, frame.f_locals)
    if sys.version_info < (3, 13):  # f_locals is a copy
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), 0)


def only_looks(text):
    """Whether an expression calls nothing: it has names, attributes, items
    and constants alone."""
    harmless = {'Expression', 'Name', 'Load', 'Attribute', 'Subscript',
                'Index', 'Constant', 'UnaryOp', 'USub'}
    nodes = ast.walk(ast.parse(text, mode='eval'))
    return all(type(node).__name__ in harmless for node in nodes)


def functions_in(code):
    """The key of each function of a file, and the lines that have code."""
    yield key_of(code), {line for _, line in dis.findlinestarts(code) if line}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from functions_in(constant)


def key_of(code):
    """Tells the functions of a file apart."""
    return code.co_name, code.co_firstlineno


def is_shown(frame):
    """Whether a step may end here: not in this file, nor where there is no
    file, as in the import system and in exec('...')."""
    path = frame.f_code.co_filename
    return path != OWN_FILE and not path.startswith('<')


def is_suspended(frame):
    """Whether a coroutine that returns is only awaiting, and will go on. Its
    last instruction is then one of these: to 3.10, 3.12, and after."""
    code = frame.f_code
    awaits = (inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
              | inspect.CO_ASYNC_GENERATOR)
    instruction = dis.opname[code.co_code[frame.f_lasti]]
    return (bool(code.co_flags & awaits)
            and instruction in ('LOAD_CONST', 'YIELD_VALUE', 'RESUME'))


# Debugging: where to stop, what to tell of a stop, and bdb


class FileBreakpoints:
    """The breakpoints of one file."""

    numbers = itertools.count(1)

    def __init__(self, path):
        self.path = path
        self.conditions = collections.defaultdict(dict)  # of line and number
        self.functions = set()  # keys of those with a breakpoint in them
        self.lines, self.problem = [], 'no code is on this line or below'
        try:
            self.lines = list(functions_in(compile_file(path)))
        except (OSError, SyntaxError, ValueError) as error:
            self.problem = describe_error(error)

    def add(self, asked):
        """Set a breakpoint on its line, or the next one that has code. The
        result is what the adapter is told of it."""
        told = {'id': next(self.numbers), 'verified': False,
                'line': asked['line'], 'source': {'path': self.path}}
        lines = set().union(*(lines for _, lines in self.lines))
        line = min((n for n in lines if n >= asked['line']), default=None)
        if line is None:
            return {**told, 'message': self.problem}
        try:
            condition = compile_expression(asked.get('condition') or 'True')
        except (SyntaxError, ValueError) as error:
            return {**told, 'message': describe_error(error)}
        self.conditions[line][told['id']] = condition
        self.functions |= {key for key, lines in self.lines if line in lines}
        return {**told, 'verified': True, 'line': line}

    def hit_by(self, frame):
        """The numbers of the breakpoints that a frame has come to."""
        here = self.conditions.get(frame.f_lineno, {})
        return [number for number in here if holds(here[number], frame)]


def holds(condition, frame):
    """Whether a condition is true. One that raises is not."""
    try:
        return bool(evaluate(condition, frame))
    except Exception:
        return False


class Stop:
    """One stop of the program, and what can be asked while it lasts. The
    numbers that it gives out are never used again."""

    numbers = itertools.count(1)

    def __init__(self, frames):
        self.things = {}
        self.frames = [(self.number(frame), frame) for frame in frames]

    def number(self, *thing):
        number = next(self.numbers)
        self.things[number] = thing
        return number

    def look_up(self, number):
        if number not in self.things:
            raise Refusal(f'{number} is unknown, or of an earlier stop')
        return self.things[number]

    def frame(self, asked):
        """The frame that is asked for, or else the one of the main file."""
        if asked.get('frameId') is None:
            return self.frames[-1][1]
        return self.look_up(asked['frameId'])[0]

    def stack_trace(self, asked):
        first = asked.get('startFrame') or 0
        end = first + (asked.get('levels') or len(self.frames))
        frames = [self.describe_frame(*one) for one in self.frames[first:end]]
        return {'stackFrames': frames, 'totalFrames': len(self.frames)}

    def describe_frame(self, number, frame):
        path = frame.f_code.co_filename
        told = {'id': number, 'name': frame.f_code.co_name,
                'line': frame.f_lineno or 1, 'column': 1}
        if is_shown(frame):
            source = {'name': os.path.basename(path),
                      'path': os.path.abspath(path)}
            return {**told, 'source': source}
        source = {'name': path, 'presentationHint': 'deemphasize'}
        return {**told, 'source': source, 'presentationHint': 'subtle'}

    def scopes(self, asked):
        frame = self.frame(asked)
        scopes = {'Locals': frame.f_locals, 'Globals': frame.f_globals}
        if frame.f_code.co_name == '<module>':
            del scopes['Locals']  # they are the same
        return {'scopes': [
            {'name': name, 'expensive': False,
             'variablesReference': self.number(Names(variables), None)}
            for name, variables in scopes.items()]}

    def variables(self, asked):
        value, expression = self.look_up(asked.get('variablesReference'))
        kind = 'indexed' if isinstance(value, SEQUENCES) else 'named'
        if asked.get('filter') not in (None, kind):
            return {'variables': []}
        first, count = asked.get('start') or 0, asked.get('count')
        members = itertools.islice(members_of(value, expression), first, None)
        page = itertools.islice(members, min(count or MAX_PAGE, MAX_PAGE))
        variables = [self.describe_member(*member) for member in page]
        if not count and next(members, None):
            variables.append({'name': '…', 'value': 'there is more',
                              'variablesReference': 0})
        return {'variables': variables}

    def describe_member(self, name, value, expression):
        told = {'name': name, **self.describe(value, expression)}
        return {**told, 'evaluateName': expression} if expression else told

    def describe(self, value, expression):
        has_members = next(members_of(value, None), None) is not None
        reference = self.number(value, expression) if has_members else 0
        told = {'value': text_of(value), 'type': type(value).__name__,
                'variablesReference': reference}
        if isinstance(value, SEQUENCES):
            told['indexedVariables'] = len(value)
        return told

    def evaluate(self, asked):
        text = asked['expression'].strip()
        try:
            value = self.value_of(text, asked)
        except BaseException as error:  # SystemExit, too, ends only this
            raise Refusal(describe_error(error)) from error
        told = self.describe(value, f'({text})')
        return {'result': told.pop('value'), **told}

    def value_of(self, text, asked):
        try:
            code = compile_expression(text)
        except SyntaxError:
            if asked.get('context') != 'repl':
                raise
            code = compile(text, '<statement>', 'exec')
            return execute(code, self.frame(asked))
        if asked.get('context') == 'hover' and not only_looks(text):
            raise ValueError('a hover evaluates nothing that may have effects')
        return evaluate(code, self.frame(asked))


STOP_COMMANDS = {'stackTrace': Stop.stack_trace, 'scopes': Stop.scopes,
                 'variables': Stop.variables, 'evaluate': Stop.evaluate}
WAYS_ON = ('continue', 'next', 'stepIn', 'stepOut')


class Debugger(bdb.Bdb):
    """Traces the main thread, only where it could stop, and stops it."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.requests = queue.SimpleQueue()  # to be served at a stop
        self.lock = threading.Lock()  # of the next two
        self.stopped = None  # the Stop, while there is one
        self.detached = False
        self.running = False
        self.pausing = False
        self.next_breaks = {}
        self.reason = 'step'  # of the next stop that is at no breakpoint
        prototype = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
        self.callback = prototype(self.attend)

    # For the thread that reads commands

    def set_breakpoints(self, asked):
        """Replace the breakpoints of a file, when the response is out."""
        path = asked['source']['path']
        breakpoints = FileBreakpoints(path)
        told = [breakpoints.add(one) for one in asked.get('breakpoints') or []]
        breaks = {**self.breaks, self.canonic(path): breakpoints}
        self.next_breaks = {file: breaks[file] for file in breaks
                            if breaks[file].functions}
        return {'breakpoints': told}

    def use_breakpoints(self, _):
        self.breaks = self.next_breaks  # in one go: it may be being read
        self.interrupt()

    def pause(self, _):
        self.pausing = True
        self.interrupt()

    def detach(self):
        """Let the program run on as if there had never been a debugger."""
        with self.lock:
            self.detached = True
            if self.stopped:
                self.requests.put({'command': 'continue'})
        self.interrupt()

    def hand_over(self, message):
        """Have a command served by the program's thread, if that stands."""
        with self.lock:
            if self.stopped:
                self.requests.put(message)
            return self.stopped is not None

    def interrupt(self):
        """Have the main thread call attend before its next instruction, also
        where nothing is traced. A system call is not interrupted."""
        if self.running:
            ctypes.pythonapi.Py_AddPendingCall(self.callback, None)

    # For the main thread

    def debug(self, code, namespace, stop_on_entry):
        """Run the program to its end."""
        self.botframe = sys._getframe()
        self.set_continue()
        if stop_on_entry:
            self.reason = 'entry'
            self.set_step()
        self.running = True
        self.attend()
        try:
            exec(code, namespace)
        finally:
            sys.settrace(None)
            self.running = False

    def attend(self, _=None):
        """Do what has been asked for while the program ran."""
        sys.settrace(None)  # this is not to be traced itself
        if self.running:
            if self.pausing and not self.stopped:
                self.reason = 'pause'
                self.set_step()
            self.pausing = False
            self.retrace(sys._getframe().f_back)
        return 0

    def retrace(self, frame):
        """Trace those frames from this one down in which the program could
        stop, and nothing at all where it could stop nowhere."""
        tracing = not self.detached and (self.breaks or self.is_stepping())
        for below in self.frames_from(frame):
            here = tracing and (self.is_stepping()
                                or self.break_anywhere(below))
            below.f_trace = self.trace_dispatch if here else None
        sys.settrace(self.trace_dispatch if tracing else None)

    def frames_from(self, frame):
        """A frame and those below it, down to the program's first."""
        while frame is not None and frame is not self.botframe:
            yield frame
            frame = frame.f_back

    def is_stepping(self):
        return self.stopframe is not self.botframe

    def canonic(self, filename):
        if filename not in self.fncache:
            self.fncache[filename] = os.path.realpath(filename)
        return self.fncache[filename]

    def breakpoints_of(self, frame):
        return self.breaks.get(self.canonic(frame.f_code.co_filename))

    def break_anywhere(self, frame):
        """Whether a function has a breakpoint in it. bdb asks at each call,
        and traces no line of a function that has none."""
        file = self.breakpoints_of(frame)
        return file is not None and key_of(frame.f_code) in file.functions

    def stop_here(self, frame):
        """Whether a step ends in this frame."""
        return super().stop_here(frame) and is_shown(frame)

    def dispatch_line(self, frame):
        file = self.breakpoints_of(frame)
        hits = file.hit_by(frame) if file else []
        if hits or self.stop_here(frame):
            self.stop(frame, hits)
        return frame.f_trace

    def dispatch_return(self, frame, _):
        """A step that has come to the end of its function goes on in the
        caller."""
        if self.stopframe is None:
            frame.f_back.f_trace = self.trace_dispatch
        elif frame is self.stopframe and not is_suspended(frame):
            self.stop_in(frame.f_back)
        return self.trace_dispatch

    def stop_in(self, frame):
        """Stop at the next line of a frame, or of the one below it that is
        shown. Where there is none the program runs on to its end."""
        frame = next(filter(is_shown, self.frames_from(frame)), None)
        if frame is None:
            self.set_continue()
        else:
            self.set_next(frame)
            frame.f_trace = self.trace_dispatch

    def stop(self, frame, hits):
        """Tell the adapter, and serve it until the program is to go on."""
        with self.lock:
            if self.detached:
                return
            self.stopped = Stop(self.frames_from(frame))
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()  # for people to see it
        at_breakpoint = hits and self.reason != 'entry'
        self.session.emit('stopped', {
            'reason': 'breakpoint' if at_breakpoint else self.reason,
            'threadId': MAIN_THREAD['id'], 'allThreadsStopped': False,
            'hitBreakpointIds': hits})
        try:
            while self.stopped:
                self.serve(self.requests.get())
        finally:  # the handler of a signal may have raised
            self.end_stop()
            self.retrace(frame)

    def serve(self, message):
        name = message['command']
        if name in WAYS_ON:
            self.session.answer(message, then=lambda _: self.go_on(name))
        else:
            self.session.answer(message, lambda asked:
                                STOP_COMMANDS[name](self.stopped, asked))

    def go_on(self, way):
        """End the stop in one of the four ways to go on."""
        frame = self.stopped.frames[0][1]
        self.reason = 'step'
        if way == 'continue':
            self.set_continue()
        elif way == 'stepIn':
            self.set_step()
        else:
            self.stop_in(frame if way == 'next' else frame.f_back)
        self.end_stop()

    def end_stop(self):
        with self.lock:
            self.stopped = None
        while not self.requests.empty():
            self.session.refuse(self.requests.get(), NOT_STOPPED)


# The session: the adapter's commands, and the end of either side


def nothing(_):
    """For a command without a body, or without any effect."""
    return {}


class Session:
    """One program under one adapter."""

    def __init__(self, options):
        self.options = options
        self.connection = None
        self.sending = threading.Lock()
        self.debugger = Debugger(self)
        # 'configuring', 'running', then 'over', or 'free' of the adapter
        self.stage = 'configuring'
        self.started = threading.Event()
        self.adapter_left = threading.Event()
        self.exit_code = 0

    def commands(self):
        """For each command, what gives the body of its response, and what
        happens when the response is out."""
        commands = {
            'initialize': (lambda _: CAPABILITIES,
                           lambda _: self.emit('initialized')),
            'launch': (nothing, self.tell_process),
            'configurationDone': (nothing, self.start),
            'threads': (lambda _: {'threads': [MAIN_THREAD]}, nothing),
            'terminate': (nothing, self.terminate),
            'disconnect': (nothing, self.disconnect),
        }
        debugger = self.debugger
        if not self.options.no_debug:
            commands['setBreakpoints'] = (debugger.set_breakpoints,
                                          debugger.use_breakpoints)
            commands['pause'] = nothing, debugger.pause
        return commands

    def read(self):
        """Take commands until the adapter ends its side."""
        commands = self.commands()
        try:
            while True:
                self.take(self.connection.recv_bytes(MAX_MESSAGE), commands)
        except (EOFError, OSError):
            pass
        finally:
            self.adapter_left.set()
            self.part()

    def take(self, data, commands):
        try:
            message = {'command': None, **json.loads(data)}
        except (TypeError, ValueError, RecursionError) as error:
            self.emit('error', {'message': describe_error(error)})
            return
        name = str(message['command'])
        if name in commands:
            self.answer(message, *commands[name])
        elif name not in STOP_COMMANDS and name not in WAYS_ON:
            self.refuse(message, f'Unknown command: {name}')
        elif not self.debugger.hand_over(message):
            self.refuse(message, NOT_STOPPED)

    def answer(self, message, work=nothing, then=nothing):
        """Do a command, and give it one response whatever happens."""
        asked = message.get('arguments') or {}
        try:
            body = work(asked)
        except Refusal as error:
            self.refuse(message, str(error))
        except Exception as error:
            self.refuse(message, describe_error(error))
        else:
            self.respond(message, {'success': True, 'body': body})
            then(asked)

    def refuse(self, message, reason):
        self.respond(message, {'success': False, 'message': reason})

    def respond(self, message, result):
        if 'id' in message:
            self.send({'event': 'response', 'id': message['id'], **result})

    def emit(self, event, body=None):
        self.send({'event': event, 'body': body} if body else {'event': event})

    def send(self, message):
        data = json.dumps(message).encode()
        # An adapter that has gone is a matter for the thread that reads.
        with self.sending, contextlib.suppress(OSError):
            self.connection.send_bytes(data)

    def tell_process(self, _):
        session_id = self.options.session_id
        self.emit('process', {
            'name': os.path.basename(self.options.program),
            'systemProcessId': os.getpid(), 'isLocalProcess': True,
            'startMethod': 'launch',
            **({'sessionId': session_id} if session_id else {})})

    def start(self, _=None):
        """Let the program's first line run."""
        if self.stage == 'configuring':
            self.stage = 'running'
            self.emit('thread', {'reason': 'started', 'name': 'MainThread',
                                 'threadId': MAIN_THREAD['id']})
            self.started.set()

    def terminate(self, _):
        """Ask the program to end. It may have a handler for the signal."""
        self.debugger.detach()
        os.kill(os.getpid(), signal.SIGTERM)

    def disconnect(self, asked):
        if asked.get('terminateDebuggee') is not False:
            self.terminate(asked)
            return
        self.debugger.detach()
        self.start()
        self.stage = 'free'
        self.end_sending()

    def part(self):
        """The adapter has gone. The program ends too, unless it is to run on
        or has not begun."""
        self.debugger.detach()
        if self.stage == 'configuring':
            self.stage = 'over'
            self.started.set()
        elif self.stage == 'running' and self.options.keep_running:
            self.stage = 'free'
        elif self.stage == 'running':
            signal_group(signal.SIGTERM)
            time.sleep(KILL_GRACE_S)
            signal_group(getattr(signal, 'SIGKILL', signal.SIGTERM))

    def finish(self):
        """The last that is called at the process's exit: say so, and leave
        when the adapter has read it."""
        if self.stage == 'running':
            self.stage = 'over'
            self.emit('exited', {'exitCode': self.exit_code})
            self.emit('terminated')
            self.end_sending()
            self.adapter_left.wait(END_TIMEOUT_S)

    def end_sending(self):
        """End our direction of the stream alone, so that nothing that was
        sent is lost; the adapter then ends the other one."""
        with self.sending, contextlib.suppress(OSError):
            with socket.fromfd(self.connection.fileno(), socket.AF_INET,
                               socket.SOCK_STREAM) as stream:
                stream.shutdown(socket.SHUT_WR)

    def forget(self):
        """In a process that the program has forked: not ours to debug."""
        sys.settrace(None)
        self.debugger.running = False
        self.stage = 'free'
        self.connection.close()


def signal_group(number):
    """Signal the program, with what it started where it leads a group."""
    try:
        os.killpg(os.getpid(), number)
    except (AttributeError, OSError):  # on Windows, or leading none
        os.kill(os.getpid(), number)


# The program


def become_main(path, args):
    """Make this process look as `python path args...` would; the result is
    the namespace for the program."""
    sys.argv[:] = [path, *args]
    if sys.path and sys.path[0] == os.path.dirname(os.path.realpath(OWN_FILE)):
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    module = types.ModuleType('__main__')
    loader = importlib.machinery.SourceFileLoader('__main__', path)
    vars(module).update(__file__=path, __cached__=None, __loader__=loader,
                        __builtins__=builtins, __annotations__={})
    sys.modules['__main__'] = module
    return vars(module)


def run_program(session):
    """Run the program, and end as it ends."""
    options = session.options
    namespace = become_main(options.program, options.args)
    try:
        code = compile_file(options.program)
        if options.no_debug:
            exec(code, namespace)
        else:
            session.debugger.debug(code, namespace, options.stop_on_entry)
    except SystemExit as error:
        session.exit_code = exit_code_of(error.code)
        raise
    except BaseException as error:
        show_uncaught(error)
        session.exit_code = 1
        if isinstance(error, KeyboardInterrupt):
            # Raised on, so that the process dies of SIGINT; shown it was.
            session.exit_code = 128 + signal.SIGINT
            sys.excepthook = lambda *_: None
            raise
        sys.exit(1)


def exit_code_of(argument):
    """The code that sys.exit(argument) ends the process with."""
    if isinstance(argument, int):
        return argument & 0xFF
    return 0 if argument is None else 1


def show_uncaught(error):
    """Show an exception as Python would, without this file's frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == OWN_FILE:
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)


def main():
    session = Session(read_command_line())
    atexit.register(session.finish)
    session.connection = connect_or_leave(session.options)
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=session.forget)
    if session.options.no_debug:
        session.start()
    # Not a threading.Thread: the program's list of those is its own.
    _thread.start_new_thread(session.read, ())
    session.started.wait()
    if session.stage == 'over':
        sys.exit('launcher.py: the adapter left before the program began')
    run_program(session)


if __name__ == '__main__':
    main()
