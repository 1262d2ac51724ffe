#include "tools/mpac/completions.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace mpac::tools {
namespace {

completed_option described(const CLI::Option& option) {
  completed_option made;
  for (const auto& name : option.get_snames())
    made.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    made.names.push_back("--" + name);
  made.about = option.get_description();
  if (option.get_items_expected_max() == 0)
    return made;
  const auto type = option.get_type_name();
  const auto from = type.find('{'), to = type.rfind('}');
  if (from != type.npos && to != type.npos && from < to) {
    made.takes = value_kind::one_of;
    made.choices = CLI::detail::split(type.substr(from + 1, to - from - 1), ',');
  } else {
    made.takes = type.starts_with("FILE")  ? value_kind::file
                 : type.starts_with("DIR") ? value_kind::folder
                                           : value_kind::any;
  }
  return made;
}

void add(const CLI::App& app, std::vector<std::string> path, std::vector<completed_command>& to) {
  const auto at = to.size();
  to.push_back({path, app.get_description(), {}, {}, {}});
  for (const auto* option : app.get_options())
    if (!option->get_positional())
      to[at].options.push_back(described(*option));
    else if (to[at].positional.takes == value_kind::none)
      to[at].positional = described(*option);
  for (const auto* inside : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); })) {
    to[at].sub_commands.push_back(inside->get_name());
    auto deeper = path;
    deeper.push_back(inside->get_name());
    add(*inside, std::move(deeper), to);
  }
}

/// Each word behind a space: ` transcript verify`.
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += ' ' + word;
  return text;
}

std::string list_of(const std::vector<std::string>& words) {
  return words.empty() ? "" : joined(words).substr(1);
}

/// In single quotes, as every shell here reads them.
std::string quoted(std::string_view text, shell which) {
  std::string safe = "'";
  for (const char c : text)
    safe += c == '\'' ? (which == shell::fish ? "\\'" : "'\\''") : std::string(1, c);
  return safe + "'";
}

std::vector<std::string> names_of(const std::vector<completed_option>& options) {
  std::vector<std::string> names;
  for (const auto& each : options)
    names.insert(names.end(), each.names.begin(), each.names.end());
  return names;
}

/// The patterns by which bash and zsh find out which command a line has come to.
std::string paths(const std::vector<completed_command>& commands) {
  std::string text;
  for (const auto& each : commands)
    if (!each.path.empty())
      text += (text.empty() ? "" : " | ") + ('"' + joined(each.path) + '"');
  return text;
}

/// The part that bash and zsh share: `path` is the command so far, `words` what may follow, `take` how.
/// `offer`: how words, files and folders are offered.
struct offers {
  std::string (*words)(const std::string& list);
  std::string files, folders;
};

std::string offer(const completed_option& value, const offers& how) {
  switch (value.takes) {
  case value_kind::file:
    return how.files;
  case value_kind::folder:
    return how.folders;
  case value_kind::one_of:
    return how.words(list_of(value.choices));
  default:
    return ":";
  }
}

std::string cases(const std::vector<completed_command>& commands, const offers& how) {
  std::string text = "  case \"$path $prev\" in\n";
  for (const auto& command : commands)
    for (const auto& option : command.options)
      if (option.takes != value_kind::none)
        for (const auto& name : option.names)
          text += "    \"" + joined(command.path) + ' ' + name + "\") " + offer(option, how) + "; return ;;\n";
  text += "  esac\n  case \"$path\" in\n";
  for (const auto& command : commands) {
    text += "    \"" + joined(command.path) + "\")\n      if [[ \"$cur\" == -* ]]; then\n        " +
            how.words(list_of(names_of(command.options))) + "\n      else\n        " +
            (command.sub_commands.empty() ? ":" : how.words(list_of(command.sub_commands))) + '\n';
    if (command.positional.takes != value_kind::none)
      text += "        " + offer(command.positional, how) + '\n';
    text += "      fi ;;\n";
  }
  return text + "  esac\n";
}

std::string bash_words(const std::string& list) {
  return "COMPREPLY+=($(compgen -W " + quoted(list, shell::bash) + " -- \"$cur\"))";
}

std::string for_bash(const std::vector<completed_command>& commands) {
  const offers how{bash_words, "compopt -o filenames; COMPREPLY+=($(compgen -f -- \"$cur\"))",
                   "compopt -o filenames; COMPREPLY+=($(compgen -d -- \"$cur\"))"};
  return R"(# bash completion for mpac; put it to ~/.local/share/bash-completion/completions/mpac
_mpac() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD - 1]}" path="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${COMP_WORDS[i]}" in
      )" +
         paths(commands) +
         R"() path="$path ${COMP_WORDS[i]}" ;;
    esac
  done
)" + cases(commands, how) +
         "}\ncomplete -F _mpac mpac\n";
}

std::string zsh_words(const std::string& list) {
  return "compadd -- " + list;
}

std::string for_zsh(const std::vector<completed_command>& commands) {
  const offers how{zsh_words, "_files", "_files -/"};
  return R"(#compdef mpac
# zsh completion for mpac; put it to a folder of $fpath as _mpac
_mpac() {
  local cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" path_so_far="" i
  for ((i = 2; i < CURRENT; i++)); do
    case "$path_so_far ${words[i]}" in
      )" +
         paths(commands) +
         R"() path_so_far="$path_so_far ${words[i]}" ;;
    esac
  done
)" +
         [&] {
           // `path` is special in zsh: it is the search path of the shell.
           auto text = cases(commands, how);
           for (std::size_t at = 0; (at = text.find("\"$path", at)) != text.npos; at += 13)
             text.replace(at, 6, "\"$path_so_far");
           return text;
         }() +
         "}\nif [ \"$funcstack[1]\" = \"_mpac\" ]; then\n  _mpac \"$@\"\nelse\n  compdef _mpac mpac\nfi\n";
}

std::string for_fish(const std::vector<completed_command>& commands) {
  std::string text = R"(# fish completion for mpac; put it to ~/.config/fish/completions/mpac.fish
function __mpac_at
  set -l path ""
  for word in (commandline -opc)[2..-1]
    if contains -- "$path $word" )";
  for (const auto& each : commands)
    if (!each.path.empty())
      text += '"' + joined(each.path) + "\" ";
  text += R"(
      set path "$path $word"
    end
  end
  test "$path" = "$argv[1]"
end
complete -c mpac -f
)";
  for (const auto& command : commands) {
    const auto here = "complete -c mpac -n '__mpac_at \"" + joined(command.path) + "\"'";
    const auto values = [](const completed_option& of) {
      switch (of.takes) {
      case value_kind::file:
        return std::string(" -r -F");
      case value_kind::folder:
        return std::string(" -x -a '(__fish_complete_directories)'");
      case value_kind::one_of:
        return " -x -a " + quoted(list_of(of.choices), shell::fish);
      case value_kind::any:
        return std::string(" -x");
      default:
        return std::string();
      }
    };
    for (const auto& option : command.options) {
      text += here;
      for (const auto& name : option.names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      text += values(option) + " -d " + quoted(option.about, shell::fish) + '\n';
    }
    for (const auto& inside : command.sub_commands) {
      auto path = command.path;
      path.push_back(inside);
      const auto found = std::find_if(commands.begin(), commands.end(), [&](const auto& c) { return c.path == path; });
      text += here + " -a " + inside + " -d " + quoted(found->about, shell::fish) + '\n';
    }
    if (command.positional.takes == value_kind::file || command.positional.takes == value_kind::folder)
      text += here + " -F\n";
    else if (command.positional.takes == value_kind::one_of)
      text += here + " -a " + quoted(list_of(command.positional.choices), shell::fish) + '\n';
  }
  return text;
}

} // namespace

std::vector<completed_command> completed_commands(const CLI::App& app) {
  std::vector<completed_command> all;
  add(app, {}, all);
  return all;
}

std::string completion_script(shell which, const std::vector<completed_command>& commands) {
  switch (which) {
  case shell::bash:
    return for_bash(commands);
  case shell::zsh:
    return for_zsh(commands);
  default:
    return for_fish(commands);
  }
}

} // namespace mpac::tools
