-- Commands only: nothing of lua/akin is read before one of them is used.
if vim.g.loaded_akin then
  return
end
vim.g.loaded_akin = true

local command = vim.api.nvim_create_user_command

command('Akin', function(args)
  require('akin').search(args.args)
end, { nargs = '+', desc = 'Find what means the same as a query' })

command('AkinSimilar', function(args)
  require('akin').similar(args.line1, args.line2)
end, { range = true, desc = 'Find what means the same as these lines' })

command('AkinIndex', function(args)
  if args.bang then
    require('akin').cancel_index()
  else
    require('akin').index(args.args ~= '' and args.args or nil)
  end
end, { nargs = '?', bang = true, complete = 'dir', desc = 'Index a folder; with ! stop indexing' })

command('AkinResults', function()
  require('akin').show_late()
end, { desc = 'Show results that came while something else was being done' })

command('AkinStatus', function()
  require('akin').status()
end, { desc = 'What is indexed, and by which model' })

command('AkinPick', function(args)
  require('akin.picker').open(args.args)
end, { nargs = '*', desc = 'Search in Telescope or fzf-lua' })

local group = vim.api.nvim_create_augroup('akin', {})
vim.api.nvim_create_autocmd('CmdlineChanged', {
  group = group,
  pattern = ':',
  callback = function()
    local query = vim.fn.getcmdline():match('^%s*Akin%s+(.*)$')
    if query then
      require('akin.live').typed(query)
    end
  end,
})
vim.api.nvim_create_autocmd('CmdlineLeave', {
  group = group,
  pattern = ':',
  callback = function()
    local live = package.loaded['akin.live']
    if live then
      live.left(vim.v.event.abort)
    end
  end,
})
vim.api.nvim_create_autocmd('BufWritePost', {
  group = group,
  callback = function(args)
    local server = package.loaded['akin.server']
    if server then
      server.saved(args.buf)
    end
  end,
})
vim.api.nvim_create_autocmd({ 'FocusGained', 'VimResume', 'ShellCmdPost' }, {
  group = group,
  callback = function()
    local server = package.loaded['akin.server']
    if server then
      server.look_again()
    end
  end,
})
vim.api.nvim_create_autocmd('VimLeavePre', {
  group = group,
  callback = function()
    local server = package.loaded['akin.server']
    if server then
      server.leave()
    end
  end,
})
