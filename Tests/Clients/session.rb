# A session of clients/examples/akin.rb: session.rb PATH_OF_THE_CLIENT. Prints one line.
require File.expand_path(ARGV[0])
def check(name, holds)
  abort "ruby: #{name}" unless holds
end

akin = Akin.new
texts = ['a cat', "quote \" and\nline, 😀", 'the third']
vectors = akin.embed(texts)
check 'three vectors', vectors.size == 3 && vectors.all? { |v| v.size == 384 }
check 'the version', akin.protocol_version == '1.0' && akin.limits['maxInputs'] == 16_384
back = akin.call('embed', { input: texts, encodingFormat: 'base64' })['embeddings']
check 'a vector handed back is a vector', akin.similarity(back[0], texts[0..0])[0][0] > 0.9999
eight = akin.call('embed', { input: 'a cat', encodingFormat: 'base64', dtype: 'int8' })['embeddings'][0]
check 'in int8 too', akin.similarity(eight, 'a cat')[0][0] > 0.999
answers = 50.times.map { |i| Thread.new { akin.call(i.even? ? 'tokenize' : 'embed', { input: "number #{i}" }) } }.map(&:value)
check 'fifty at once', answers.size == 50
steps = []
akin.call('embed', { input: ['a few words'] * 2000 }) { |percentage, _| steps << percentage }
check 'progress', steps.first == 0 && steps.last == 100 && steps == steps.sort
parts = 0
akin.call('embed', { input: texts * 50 }, parts: ->(part) { parts += part['embeddings'].size })
check 'parts', parts == 150
check 'an older server', akin.call_as_far_as_known('embed', { input: 'a', notYet: true, _meta: { trace: 1 } })['tokenCounts'] == [3]
begin
  akin.call('embed', { input: 7 })
  check 'an error', false
rescue Akin::Error => e
  check 'an error by its kind', e.kind == 'invalidParams' && e.data['path'] == 'params.input'
end
server = `pgrep -P #{$$} akin`.split.map(&:to_i).first
slow = Thread.new { akin.call('embed', { input: ['a text of some words that takes its time'] * 3000 }) }
sleep 0.3
Process.kill('KILL', server)
check 'a server that is killed', slow.value['tokenCounts'].size == 3000
akin.close
begin
  Akin.new('/nowhere/akin').embed(['a'])
  check 'no program', false
rescue Akin::Error => e
  check 'no program is told', e.message.include?('/nowhere/akin')
end
begin
  Akin.new('false').embed(['a'])
  check 'a server that ends', false
rescue Akin::Error => e
  check 'a server that ends is told', e.message.include?('ended')
end
puts 'ruby: a session as it should be'
