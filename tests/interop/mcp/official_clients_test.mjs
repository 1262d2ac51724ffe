// Two official MCP clients settle a conflict over `mpac mcp`: one that begins with a handshake, one that does not.
//
// usage: node official_clients_test.mjs MPAC_CLUSTER MPAC
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {once} from 'node:events';
import {createInterface} from 'node:readline';

const [, , hubProgram, mpac] = process.argv;
const packages = {};
try {
  packages.client = await import('@modelcontextprotocol/sdk/client/index.js');
  packages.stdio = await import('@modelcontextprotocol/sdk/client/stdio.js');
  packages.types = await import('@modelcontextprotocol/sdk/types.js');
  packages.newClient = await import('@modelcontextprotocol/client');
  packages.newStdio = await import('@modelcontextprotocol/client/stdio');
} catch (missing) {
  if (missing.code !== 'ERR_MODULE_NOT_FOUND') throw missing;
  console.error(`skipped: the official MCP clients are not installed; \`cmake --build build --target mcp_clients\` gets ` +
                `them from npm (${missing.message.split('\n')[0]})`);
  process.exit(77);
}

async function withHub(visit) {
  const data = mkdtempSync(join(tmpdir(), 'mpac-mcp-'));
  const settings = ['listen.port=0', 'admin.port=0', 'store.engine=memory', `node.data_dir=${JSON.stringify(data)}`];
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MPAC_')));
  const hub = spawn(hubProgram, settings.flatMap(each => ['--set', each]),
                    {stdio: ['ignore', 'ignore', 'pipe'], env: environment});
  const ended = once(hub, 'exit');
  try {
    for await (const line of createInterface({input: hub.stderr}))
      if (line.includes(' ready ')) break;
    assert(existsSync(join(data, 'listen.json')), 'the hub did not get ready');
    hub.stderr.resume();
    const {port} = JSON.parse(readFileSync(join(data, 'listen.json'), 'utf8'));
    await visit(`ws://127.0.0.1:${port}`);
  } finally {
    hub.kill('SIGTERM');
    await ended;
    rmSync(data, {recursive: true, force: true});
  }
}

const program = (url, name) =>
    ({command: mpac, args: ['mcp', url, 'demo', '--name', name, '--role', 'contributor'], stderr: 'inherit'});

async function older(url, name) {
  const client = new packages.client.Client({name, version: '1'}, {capabilities: {}});
  await client.connect(new packages.stdio.StdioClientTransport(program(url, name)));
  return client;
}

async function newer(url, name) {
  const client = new packages.newClient.Client({name, version: '1'},
                                               {capabilities: {}, versionNegotiation: {mode: {pin: '2026-07-28'}}});
  await client.connect(new packages.newStdio.StdioClientTransport(program(url, name)));
  return client;
}

/** What a tool answers; the client has held it to the tool's outputSchema. */
async function call(client, name, given = {}) {
  const result = await client.callTool({name, arguments: given});
  const text = result.content.map(each => each.text).join('\n');
  assert(!result.isError, text);
  assert(result.structuredContent, `${name} has a structure`);
  return result.structuredContent;
}

async function until(client, position, event) {
  for (;;) {
    const found = await call(client, 'wait_for_event', {position, kinds: [event], timeout_seconds: 20});
    if (found.events.length) return found.events[0];
    position = found.position;
  }
}

await withHub(async url => {
  const alice = await older(url, 'alice');
  const bob = await newer(url, 'bob');

  assert.equal(alice.getServerVersion().name, 'mpac');
  assert.match(alice.getInstructions(), /begin_task/);
  const tools = (await alice.listTools()).tools;
  assert.equal(tools.length, 17);
  assert.deepEqual((await bob.listTools()).tools.map(each => each.name), tools.map(each => each.name));
  assert(tools.find(each => each.name === 'who_is_working').annotations.readOnlyHint);

  // From announce to resolution.
  const mine = await call(alice, 'begin_task', {objective: 'rename it', files: ['api.py']});
  assert.equal(mine.status, 'clear');
  const theirs = await call(bob, 'begin_task', {objective: 'rewrite it', files: ['api.py']});
  assert.equal(theirs.status, 'conflict');
  assert.equal(theirs.holders[0].task, mine.task);
  const {conflict} = theirs.conflicts[0];
  await call(bob, 'ack_conflict', {conflict, ack_type: 'accepted'});
  assert.equal((await until(alice, mine.position, 'CONFLICT_ACK')).conflict, conflict);
  await call(bob, 'yield_task', {task: theirs.task, outcome: 'yielded'});
  assert.equal((await until(alice, mine.position, 'INTENT_WITHDRAW')).task, theirs.task);

  // Files as tools, and as resources that are watched.
  const uri = 'mpac://demo/files/api.py';
  const updated = new Promise(resolve => alice.setNotificationHandler(
      packages.types.ResourceUpdatedNotificationSchema, told => resolve(told.params.uri)));
  await alice.subscribeResource({uri});
  const written = await call(alice, 'submit_change',
                             {task: mine.task, path: 'api.py', content: 'new\n', state_ref_before: ''});
  assert.equal(await updated, uri);
  assert.equal((await bob.readResource({uri})).contents[0].text, 'new\n');
  assert((await bob.listResources()).resources.some(each => each.uri === uri));
  assert.equal((await alice.listResourceTemplates()).resourceTemplates[0].uriTemplate, 'mpac://demo/files/{+path}');
  assert.equal((await call(bob, 'get_file_state', {path: 'api.py'})).state_ref, written.state_ref);
  await call(bob, 'search_files', {text: 'new'});

  // Another conflict, which ends with the last task that is in dispute.
  const one = await call(alice, 'begin_task', {objective: 'a', files: ['db.py']});
  const two = await call(bob, 'begin_task', {objective: 'b', files: ['db.py']});
  await call(bob, 'yield_task', {task: two.task, outcome: 'yielded'});
  await call(alice, 'yield_task', {task: one.task});
  assert.equal((await until(bob, two.position, 'RESOLUTION')).conflict, two.conflicts[0].conflict);

  // A failure is a result, misuse is an error.
  const failed = await bob.callTool({name: 'yield_task', arguments: {task: theirs.task}});
  assert(failed.isError);
  await assert.rejects(alice.readResource({uri: 'mpac://demo/files/none'}), {code: -32002});
  await assert.rejects(bob.readResource({uri: 'mpac://demo/files/none'}), {code: -32602});

  await call(alice, 'yield_task', {task: mine.task});
  await alice.close();
  const left = await call(bob, 'who_is_working');
  assert.equal(left.tasks.length, 0);
  await bob.close();
});
console.log('the official clients agree');
