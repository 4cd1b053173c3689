#!/usr/bin/env ruby
# frozen_string_literal: true

# Answers a question out of a folder: akin.rb QUESTION [FOLDER]
# Ruby 2.7 or later and its standard library; akin on the PATH, or where AKIN says. As a library: require_relative 'akin'.
#
# Written from protocol/specification.md and writing-a-client.md alone: requests by id, a thread that reads, cancelling,
# progress, parts, a server that dies, requests of the server, vectors in base64, and parameters that an older server does not know.
require 'json'
require 'open3'

# A local Akin server, started when it is first needed.
class Akin
  # What the server answered, or how it ended.
  class Error < StandardError
    attr_reader :code, :data

    def initialize(message, code: nil, data: nil)
      super(message)
      @code = code
      @data = data || {}
    end

    # Its name for programs, such as `modelMissing`.
    def kind = data['kind']
  end

  Waiting = Struct.new(:message, :answer, :progress, :parts, :tries)
  ATTEMPTS = 2
  MODEL_PROCESS_ENDED = -32_019

  attr_reader :protocol_version, :limits

  def initialize(program = ENV.fetch('AKIN', 'akin'), *arguments)
    @command = [program, 'serve', *arguments]
    @lock = Mutex.new
    @waiting = {}
    @last_id = 0
  end

  # The result of a method. The block is told of progress, as [percentage, message], on the reading thread.
  # Ruby has no undefined: a parameter that is nil counts as absent.
  def call(method, params = {}, parts: nil, &progress)
    params = params.merge(workDoneToken: "w#{@last_id + 1}") if progress
    params = params.merge(partialResultToken: "p#{@last_id + 1}") if parts
    id, answer = ask(method, params, progress, parts)
    begin
      outcome = answer.pop
    rescue Interrupt
      notify('$/cancelRequest', id: id)
      raise
    end
    raise outcome if outcome.is_a?(Exception)

    outcome
  end

  # As `call`, without parameters that this server does not know yet.
  def call_as_far_as_known(method, params)
    call(method, params)
  rescue Error => e
    raise unless e.data['reason'] == 'unknownParameter'

    known = params.select { |name, _| e.data['known'].include?(name.to_s) }
    raise if known.size == params.size

    call_as_far_as_known(method, known)
  end

  # Vectors of texts, as arrays of floats.
  def embed(texts, **options)
    answer = call('embed', { input: texts, encodingFormat: 'base64', **options })
    answer['embeddings'].map { |vector| vector['base64'].unpack1('m').unpack('e*') }
  end

  # Documents in the order in which they answer a query, the best first: hashes with index, score and logit. The server needs
  # a model for it: --rerank-model.
  def rerank(query, documents, **options)
    call('rerank', { query: query, documents: documents, **options })['results']
  end

  # Rows of scores. Vectors go as they came from `call('embed')`, or as arrays of numbers.
  def similarity(left, right = nil, **options)
    call('similarity', { left: left, right: right, **options })['scores']
  end

  def notify(method, params)
    @lock.synchronize { write(method: method, params: params) if @input }
  end

  # Ends the server when it has answered what it has accepted.
  def close
    @lock.synchronize do
      @closed = true
      @input&.close
    end
    @reader&.join
  end

  private

  def ask(method, params, progress, parts)
    answer = Queue.new
    @lock.synchronize do
      start unless @input
      @last_id += 1
      message = { id: @last_id, method: method, params: params }
      @waiting[@last_id] = Waiting.new(message, answer, progress, parts, 1)
      write(message)
      [@last_id, answer]
    end
  end

  def write(message)
    @input.puts(JSON.generate({ jsonrpc: '2.0' }.merge(message)))
  rescue IOError, SystemCallError
    # The server is gone, which reading finds out.
  end

  # With the lock held. A session of its own: an interrupt at the terminal is not for the server.
  def start
    @input, output, errors, process = Open3.popen3(*@command, pgroup: true)
    @input.sync = true
    said = Thread.new { errors.each_line.to_a.last(5).join.strip }
    # Offsets in code points, as Ruby counts characters.
    write(id: 0, method: 'initialize', params: { capabilities: { general: { positionEncodings: ['utf-32'] } } })
    @reader = Thread.new { read(output, said, process) }
  rescue SystemCallError => e
    raise Error, "#{@command.first} cannot be started (#{e.message}): install Akin, or set AKIN to its path"
  end

  def read(output, said, process)
    is_first = true
    output.each_line do |line|
      break unless line.end_with?("\n")

      message = JSON.parse(line)
      is_first = false
      message.key?('method') ? take(message) : finish(message)
    end
  rescue JSON::ParserError
    problem = "#{@command.first} is no Akin server: it wrote #{line_quoted($!)}" if is_first
  ensure
    lose(problem || "the server ended with #{process.value.to_s[/(exit|SIG\w+).*/]}: #{said.value}")
  end

  def line_quoted(error) = error.message[0, 80].inspect

  # A notification, or a request of the server, which is answered.
  def take(message)
    return @lock.synchronize { write(id: message['id'], error: { code: -32_601, message: 'unknown' }) } if message.key?('id')
    return unless message['method'] == '$/progress'

    token, value = message['params'].values_at('token', 'value')
    waiting = @lock.synchronize { @waiting[token.to_s[1..].to_i] }
    return waiting&.parts&.call(value) unless value.key?('kind')

    waiting&.progress&.call(value['percentage'] || (value['kind'] == 'end' ? 100 : 0), value['message'] || value['title'])
  end

  def finish(message)
    if message['id'].zero?
      @protocol_version, @limits = message['result'].values_at('protocolVersion', 'limits')
      return
    end
    error = message['error']
    waiting = @lock.synchronize { @waiting.delete(message['id']) unless error && retried?(error, message['id']) }
    return unless waiting

    waiting.answer << (error ? Error.new(error['message'], code: error['code'], data: error['data']) : message['result'])
  end

  # With the lock held. The process behind a shared server has ended: asking again starts another.
  def retried?(error, id)
    waiting = @waiting[id]
    return false unless error['code'] == MODEL_PROCESS_ENDED && waiting && waiting.tries < ATTEMPTS

    waiting.tries += 1
    write(waiting.message)
    true
  end

  # Starts another server for what the last one owes; every method may be repeated.
  def lose(reason)
    @lock.synchronize do
      @input = nil
      given_up = @waiting.select { |_, waiting| @closed || waiting.tries >= ATTEMPTS }
      given_up.each { |id, waiting| @waiting.delete(id).answer << Error.new(reason) && waiting }
      next if @waiting.empty? || @closed

      start
      @waiting.sort.each do |_, waiting|
        waiting.tries += 1
        write(waiting.message)
      end
    end
  end
end

if $PROGRAM_NAME == __FILE__
  question, folder = ARGV
  abort "usage: #{$PROGRAM_NAME} QUESTION [FOLDER]" unless question
  akin = Akin.new
  begin
    added = akin.call('index/add', { folder: File.expand_path(folder || '.') }) do |percentage, message|
      $stderr.print "\r#{percentage}% #{message}\e[K" if $stderr.tty?
    end
    warn "\r#{added['chunks']} chunks of #{added['collection']}" if $stderr.tty?
    hits = akin.call('search', { query: question, collection: added['collection'], mode: 'hybrid', topK: 5 })['results'][0]
    hits.each do |hit|
      path = hit['uri'].delete_prefix('file://').gsub(/%(\h\h)/) { $1.hex.chr }.force_encoding('UTF-8')
      puts "#{path}:#{hit['range']['start']['line'] + 1}: #{hit['text'].lines.map(&:strip).find { |line| !line.empty? }}"
    end
  rescue Akin::Error => e
    abort e.kind == 'modelMissing' ? "#{e.message}: run 'akin pull'" : e.message
  rescue Interrupt
    abort
  ensure
    akin.close
  end
end
